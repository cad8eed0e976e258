using BillingFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Tests.Local.Hosting;

public sealed class HostJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{}", "api")]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "" } } }""", "")]
    [InlineData("""{ "extensions": { "http": { "routePrefix": "v1" } } }""", "v1")]
    public void Load_RoutePrefix_IsReadOrApi(string json, string expected) => Assert.Equal(expected, Load(json).RoutePrefix);

    [Fact]
    public void Load_SettingOfTheApp_Wins()
    {
        var hostJson = Load(
            """{ "extensions": { "durableTask": { "hubName": "A", "other": "kept" } } }""",
            ("AzureFunctionsJobHost:extensions:durableTask:hubName", "B"));

        Assert.Equal(("B", "kept"), (hostJson.Extension("durableTask")["hubName"], hostJson.Extension("durableTask")["other"]));
    }

    [Fact]
    public void Load_BrokenFile_NamesIt()
        => Assert.Contains("host.json is not valid", Assert.Throws<StartupException>(() => Load("{")).Message);

    private HostJson Load(string json, params (string Key, string Value)[] settings)
    {
        var run = new LocalRun { HostJsonPath = _folder.Write("host.json", json) };
        var app = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return HostJson.Load(run, app);
    }
}
