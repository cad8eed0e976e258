using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.LocalHost;

public sealed class HostJsonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Settings_AreInTheSectionOfTheJobHost()
    {
        _folder.Write("host.json", """{ "extensions": { "durableTask": { "hubName": "A" } } }""");

        var settings = HostJson.Read(_folder.Path);

        Assert.Equal("A", settings[$"{HostJson.Section}:extensions:durableTask:hubName"]);
        Assert.Equal(HostJson.Section, settings["AzureWebJobsConfigurationSection"]);
    }

    [Theory]
    [InlineData("{")]
    [InlineData(null)]
    public void Read_BrokenOrMissingFile_NamesIt(string? json)
    {
        if (json is not null)
        {
            _folder.Write("host.json", json);
        }

        Assert.Contains("host.json cannot be read", Assert.Throws<StartupException>(() => HostJson.Read(_folder.Path)).Message);
    }
}
