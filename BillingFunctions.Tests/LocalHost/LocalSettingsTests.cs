using BillingFunctions.LocalHost;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Tests.LocalHost;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Values_AreFlatKeysOfTheConfiguration()
    {
        _folder.Write(LocalSettings.FileName, """
            {
              // A comment, as func allows it
              "IsEncrypted": false,
              "Values": { "Stripe__ApiKey": "sk_test", "Plain": "text", "Number": 7, },
            }
            """);

        var settings = LocalSettings.Read(_folder.Path);

        Assert.Equal(("sk_test", "text", "7"), (settings["Stripe:ApiKey"], settings["Plain"], settings["Number"]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{ \"Values\": null }")]
    public void Read_NoValues_IsEmpty(string json)
    {
        _folder.Write(LocalSettings.FileName, json);

        Assert.Empty(LocalSettings.Read(_folder.Path));
    }

    [Fact]
    public void Read_NoFile_IsEmpty() => Assert.Empty(LocalSettings.Read(_folder.Path));

    [Fact]
    public void Read_BrokenFile_NamesIt()
    {
        var path = _folder.Write(LocalSettings.FileName, "{ \"Values\": ");

        Assert.StartsWith(path, Assert.Throws<StartupException>(() => LocalSettings.Read(_folder.Path)).Message);
    }

    [Fact]
    public void Add_SeveralSources_EnvironmentWinsOverFileAndCommandLineOverBoth()
    {
        var name = $"BILLING_TEST_{Guid.NewGuid():N}";
        _folder.Write(LocalSettings.FileName, $$"""{ "Values": { "{{name}}__A": "file", "{{name}}__B": "file", "{{name}}__C": "file" } }""");
        Environment.SetEnvironmentVariable($"{name}__B", "environment");
        Environment.SetEnvironmentVariable($"{name}__C", "environment");
        using var configuration = new ConfigurationManager();

        var launch = LaunchOptions.Parse([$"--{name}:C", "command line"]);
        LocalSettings.Add(configuration, launch, new LocalRun { Root = _folder.Path, IsProgram = true });

        Assert.Equal(
            ("file", "environment", "command line"),
            (configuration[$"{name}:A"], configuration[$"{name}:B"], configuration[$"{name}:C"]));
    }

    [Fact]
    public void Add_RunOfATest_TakesOnlyItsOwnSettings()
    {
        _folder.Write(LocalSettings.FileName, """{ "Values": { "A": "file", "B": "file" } }""");
        using var configuration = new ConfigurationManager();
        var run = new LocalRun { Root = _folder.Path, Settings = new Dictionary<string, string?> { ["B"] = "test" } };

        LocalSettings.Add(configuration, LaunchOptions.Parse([]), run);

        Assert.Equal((null, "test", null), (configuration["A"], configuration["B"], configuration["PATH"]));
    }
}
