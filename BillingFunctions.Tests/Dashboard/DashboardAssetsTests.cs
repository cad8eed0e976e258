using BillingFunctions.Dashboard.Assets;
using BillingFunctions.Tests.Architecture;

namespace BillingFunctions.Tests.Dashboard;

public sealed class DashboardAssetsTests
{
    /// <summary>They are kept in the sources, since the app is built before npm is called; npm says which version they are.</summary>
    [Theory]
    [InlineData("htmx.min.js", "htmx.org/dist/htmx.min.js")]
    [InlineData("pico.classless.min.css", "@picocss/pico/css/pico.classless.min.css")]
    [InlineData("uPlot.iife.min.js", "uplot/dist/uPlot.iife.min.js")]
    [InlineData("uPlot.min.css", "uplot/dist/uPlot.min.css")]
    public async Task Find_VendorsFile_IsTheOneThatNpmHas(string name, string package)
    {
        var asset = DashboardAssets.Find(DashboardAssets.UrlOf(name).Split('/')[^1]);

        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "node_modules", package), TestContext.Current.CancellationToken), asset?.Content);
    }

    [Fact]
    public void Find_AnotherDigest_FindsNothing() => Assert.Null(DashboardAssets.Find("dashboard.000000000000.js"));
}
