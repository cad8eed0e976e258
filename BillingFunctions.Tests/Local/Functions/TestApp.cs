using BillingFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Tests.Local.Functions;

/// <summary>A functions app made of a few classes, listening on a free port.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private TestApp(IHost host, RecordedLog log)
    {
        Host = host;
        Log = log;
        Client = new HttpClient { BaseAddress = ((LocalHost)host).Address };
    }

    public IHost Host { get; }

    public HttpClient Client { get; }

    public RecordedLog Log { get; }

    public static Task<TestApp> StartAsync<TFunctions>(
        Action<FunctionsApplicationBuilder>? configure = null,
        IReadOnlyDictionary<string, string?>? settings = null)
        => StartAsync([typeof(TFunctions)], configure, settings);

    public static async Task<TestApp> StartAsync(
        IReadOnlyList<Type> functions,
        Action<FunctionsApplicationBuilder>? configure = null,
        IReadOnlyDictionary<string, string?>? settings = null)
    {
        LocalRun.Current = new LocalRun { FunctionTypes = functions, Settings = settings ?? new Dictionary<string, string?>() };
        var log = new RecordedLog();
        var builder = FunctionsApplication.CreateBuilder(["--port", "0"]).ConfigureFunctionsWebApplication();
        builder.Logging.AddProvider(log);
        configure?.Invoke(builder);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestApp(host, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.StopAsync();
        await ((IAsyncDisposable)Host).DisposeAsync();
    }
}
