using BillingFunctions.LocalHost;
using BillingFunctions.Tests.Local.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.LocalHost;

public sealed class BannerTests
{
    [Fact]
    public async Task Lines_AppWithServices_ListsFunctionsWithAddressesAndWhatItUses()
    {
        await using var app = await TestApp.StartAsync<Listed>();
        var banner = app.Host.Services.GetRequiredService<Banner>();

        var lines = banner.Lines(new Uri("http://127.0.0.1:7071"), [new LocalService("Mail", "http://127.0.0.1:1080/")]);

        Assert.Equal(
            [
                "", "Functions:", "",
                "    Any: [ANY] http://127.0.0.1:7071/Any",
                "    One: [GET,POST] http://127.0.0.1:7071/things/{id:int}",
                "", "Durable functions and other triggers:", "",
                "    Write: activityTrigger",
                "", "Uses:", "",
                "    Mail       http://127.0.0.1:1080/",
                "",
            ],
            lines);
    }

    public sealed class Listed
    {
        [Function("One")]
        public IResult One([HttpTrigger("get", "post", Route = "things/{id:int}")] HttpRequest request) => Results.Ok();

        [Function("Any")]
        public IResult Any([HttpTrigger] HttpRequest request) => Results.Ok();

        [Function("Write")]
        public string Write([ActivityTrigger] string name) => name;
    }
}
