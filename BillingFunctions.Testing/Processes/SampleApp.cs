namespace BillingFunctions.Testing.Processes;

/// <summary>The local host with the sample app, on a storage emulator of its own.</summary>
internal sealed class SampleApp : IAsyncDisposable
{
    public const string Hello = "api/hello";

    private readonly TemporaryFolder _root = new();
    private StorageEmulator _storage = null!;
    private LocalHostProcess _host = null!;

    private SampleApp()
    {
    }

    public static string Assembly { get; } = Programs.PathOf("BillingFunctions.Sample");

    public HttpClient Http { get; private set; } = null!;

    public static async Task<SampleApp> StartAsync()
    {
        var app = new SampleApp { _storage = await StorageEmulator.StartAsync() };
        var account = app._storage.NewAccount();
        app._host = Start(
            app._root, new Dictionary<string, string> { ["AzureWebJobsStorage"] = account, ["BillingStorage"] = account }, "--no-services", "--port", "0");
        app.Http = new HttpClient { BaseAddress = await app._host.ListeningAsync() };
        return app;
    }

    /// <summary>Starts no more than the host.</summary>
    /// <param name="root">The folder of <c>local.settings.json</c> and <c>.local</c>.</param>
    /// <param name="settings">Environment variables.</param>
    /// <param name="args">More of the command line; by default, any free port.</param>
    public static LocalHostProcess Start(TemporaryFolder root, IReadOnlyDictionary<string, string> settings, params string[] args) =>
        LocalHostProcess.Start(root.Path, settings, ["--app", Assembly, .. args is [] ? (string[])["--port", "0"] : args]);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.DisposeAsync();
        await _storage.DisposeAsync();
        _root.Dispose();
    }
}
