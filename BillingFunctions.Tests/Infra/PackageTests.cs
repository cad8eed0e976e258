using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Architecture;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Infra;

/// <summary>The folder that is deployed: it has what the Functions host of Azure looks for, and runs by itself.</summary>
public sealed class PackageTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Package => Path.Combine(_folder.Path, "package");

    /// <summary>Of the app as it was built for these tests: a build takes minutes.</summary>
    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(PackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(Repository.Root, "BillingFunctions"), "--no-build", "--configuration", configuration, "--output", Package])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync(Token);
        await publish.WaitForExitAsync(Token);
        Assert.True(publish.ExitCode == 0, output);
    }

    [Fact]
    public async Task Package_Published_HasWhatTheHostOfAzureLooksForAndRuns()
    {
        AssertHasAllFunctions();
        AssertHasWorkerHostJsonAndExtensions();
        AssertHasNoSettings();
        await AssertRunsAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void AssertHasAllFunctions()
    {
        var inCode = typeof(CapabilityStates).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>();
        var inPackage = Read("functions.metadata").EnumerateArray().Select(function => function.GetProperty("name").GetString()!);

        Assert.Equal(inCode.Order(StringComparer.Ordinal), inPackage.Order(StringComparer.Ordinal));
    }

    private void AssertHasWorkerHostJsonAndExtensions()
    {
        var worker = Read("worker.config.json").GetProperty("description");
        Assert.Equal(("dotnet-isolated", "BillingFunctions.dll"), (worker.GetProperty("language").GetString(), worker.GetProperty("defaultWorkerPath").GetString()));
        Assert.True(File.Exists(Path.Combine(Package, "BillingFunctions.dll")));
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "host.json")), File.ReadAllText(Path.Combine(Package, "host.json")));

        var extensions = Read("extensions.json").GetProperty("extensions").EnumerateArray().ToList();
        Assert.Superset(new HashSet<string> { "DurableTask", "AzureStorageQueues" }, extensions.Select(extension => extension.GetProperty("name").GetString()!).ToHashSet());
        Assert.All(extensions, extension => Assert.True(File.Exists(Path.Combine(Package, extension.GetProperty("hintPath").GetString()!))));
    }

    private void AssertHasNoSettings() => Assert.Empty(Directory.EnumerateFiles(Package, "*local.settings*", SearchOption.AllDirectories));

    /// <summary>An upload goes through HTTP, a blob, a queue and a table.</summary>
    private async Task AssertRunsAsync()
    {
        var storage = azurite.NewAccount();
        var settings = new Dictionary<string, string> { ["AzureWebJobsStorage"] = storage, ["BillingStorage"] = storage, ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated" };
        await using var host = LocalHostProcess.Start(_folder.Path, settings, "--app", Path.Combine(Package, "BillingFunctions.dll"), "--no-demo", "--no-services", "--port", "0");
        using var http = new HttpClient { BaseAddress = await host.ListeningAsync() };
        using var file = new StringContent("id,email\ncust_1,ada@example.com\n", new MediaTypeHeaderValue("text/csv"));

        using var accepted = await http.PostAsync("api/uploads/customers", file, Token);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString();
        var upload = await Poll.UntilAsync(
            () => http.GetFromJsonAsync<JsonElement>($"api/uploads/{id}", Token), found => found.GetProperty("status").GetString() is "completed" or "failed");

        Assert.Equal(("completed", 1), (upload.GetProperty("status").GetString(), upload.GetProperty("accepted").GetInt32()));
    }

    private JsonElement Read(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(Package, file)));
}
