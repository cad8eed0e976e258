using BillingFunctions.LocalHost;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.LocalHost;

public sealed class LocalSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Values_AreNamesOfEnvironmentVariables()
    {
        _folder.Write(LocalSettings.FileName, """
            {
              // A comment, as func allows it
              "IsEncrypted": false,
              "Values": { "Stripe__ApiKey": "sk_test", "Keys:Default": "text", "Number": 7, },
            }
            """);

        var settings = LocalSettings.Read(_folder.Path);

        Assert.Equal(("sk_test", "text", "7"), (settings["Stripe__ApiKey"], settings["Keys__Default"], settings["Number"]));
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
    public void Add_VariableIsSet_EnvironmentWins()
    {
        var name = $"BILLING_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable($"{name}_A", "environment");

        LocalSettings.Add(new Dictionary<string, string> { [$"{name}_A"] = "file", [$"{name}_B"] = "file" });

        Assert.Equal(("environment", "file"), (Environment.GetEnvironmentVariable($"{name}_A"), Environment.GetEnvironmentVariable($"{name}_B")));
    }
}
