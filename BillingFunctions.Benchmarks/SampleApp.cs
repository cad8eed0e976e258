namespace BillingFunctions.Benchmarks;

/// <summary>The local host with the sample app, on a storage emulator of its own.</summary>
internal sealed class SampleApp : IAsyncDisposable
{
    public const string Hello = "api/hello";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("billing-sample-");
    private LocalHost.Services.Azurite _azurite = null!;
    private LocalHostProcess _host = null!;

    /// <summary>Where the sample app is built, seen from the folder of any of the repository's programs.</summary>
    public static string Assembly { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "BillingFunctions.Sample", "bin", Configuration, "net10.0", "BillingFunctions.Sample.dll"));

    public HttpClient Http { get; private set; } = null!;

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public static async Task<SampleApp> StartAsync()
    {
        var app = new SampleApp();
        app._azurite = await LocalHost.Services.Azurite.StartAsync(
            new LocalHost.Services.AzuriteOptions(app._root.FullName) { InMemory = true }, CancellationToken.None);
        var storage = app._azurite.ConnectionString(LocalHost.Services.AzuriteOptions.DevelopmentAccount.Key);
        app._host = LocalHostProcess.Start(
            app._root.FullName, [KeyValuePair.Create("AzureWebJobsStorage", storage), KeyValuePair.Create("BillingStorage", storage)], "--no-services", "--app", Assembly, "--port", "0");
        app.Http = new HttpClient { BaseAddress = await app._host.ListeningAsync() };
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        await _azurite.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
