using System.Net;
using System.Net.Sockets;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.LocalHost.Http;
using BillingFunctions.LocalHost.Rpc;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Triggers;
using Microsoft.Azure.WebJobs;

namespace BillingFunctions.LocalHost;

/// <summary>The app with everything that was started for it: services, its worker process and the job host in front of it.</summary>
internal sealed class LocalRun : IAsyncDisposable
{
    private readonly LocalEnvironment _local = new();
    private ILoggerFactory? _loggers;
    private RpcServer? _rpc;
    private Worker? _worker;
    private WebApplication? _app;
    private IReadOnlyList<FunctionDefinition> _functions = [];

    private LocalRun()
    {
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<HttpRoute> Routes { get; private set; } = [];

    /// <summary>What the app uses.</summary>
    public LocalEnvironment Local => _local;

    /// <summary>Canceled when the app begins to stop: by Ctrl+C, by SIGTERM, or because its worker does not come up again.</summary>
    public CancellationToken Stopping => _app!.Lifetime.ApplicationStopping;

    /// <exception cref="StartupException">Something does not start; the message says what.</exception>
    public static async Task<LocalRun> StartAsync(LaunchOptions options)
    {
        var run = new LocalRun();
        try
        {
            await run.LaunchAsync(options);
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of its API.</summary>
    public ApiClient Connect() => ApiClient.Connect(Address, _app!.Services.GetRequiredService<FunctionKey>().Value);

    /// <summary>Tells what there is and where.</summary>
    public void Announce()
    {
        var settings = _app!.Services.GetRequiredService<INameResolver>();
        foreach (var line in Banner.Lines(Address, Routes, _functions, settings, _local.Services))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>Waits for Ctrl+C or SIGTERM, then stops taking requests and lets what runs end.</summary>
    public Task WaitAsync() => _app!.WaitForShutdownAsync();

    /// <summary>Does so at once.</summary>
    public Task StopAsync()
    {
        _app!.Lifetime.StopApplication();
        return WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in (IAsyncDisposable?[])[_app, _worker, _rpc, _local])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _loggers?.Dispose();
    }

    private async Task LaunchAsync(LaunchOptions options)
    {
        if (!File.Exists(options.App))
        {
            throw new StartupException($"There is no app at {options.App}. Build it, or name it with --app.");
        }

        var socket = Listen(options.Port);
        Address = new Uri($"http://{socket.LocalEndPoint}/");
        if (options.Services)
        {
            await LocalServices.StartAsync(_local, options.Root);
        }

        // The worker starts while the job host is put together.
        var directory = Path.GetDirectoryName(options.App)!;
        var hostJson = HostJson.Read(directory);
        _rpc = await RpcServer.StartAsync();
        var builder = LocalWebApplication.CreateBuilder(hostJson, socket, options.Quiet);
        _loggers = LoggerFactory.Create(logging => LocalWebApplication.AddLogging(logging, builder.Configuration, options.Quiet));
        _worker = new Worker(options.App, _rpc, _loggers);
        var starting = _worker.StartAsync();
        builder.Services.AddSingleton(_worker);
        builder.AddJobHost(Address, () => _functions);
        _app = builder.Build();
        await starting;

        _functions = Define(_worker);
        Routes = Route(_functions, builder.Configuration);
        _app.Services.GetRequiredService<Invoker>().Serve(_functions);
        _worker.GaveUp = () => Fail(_app);
        LocalWebApplication.Map(_app, Routes);
        await _app.StartAsync();
        _local.Listening(Address);
    }

    /// <summary>Takes the port before anything else, so that a taken one is noticed at once and a free one is known to all.</summary>
    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new StartupException($"http://127.0.0.1:{port} cannot be used: {exception.Message}. Choose another port with --port.", exception);
        }
    }

    private static List<FunctionDefinition> Define(Worker worker)
    {
        try
        {
            return [.. worker.Functions.Select(FunctionDefinition.From).OrderBy(function => function.Name, StringComparer.Ordinal)];
        }
        catch (NotSupportedException exception)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private static List<HttpRoute> Route(IEnumerable<FunctionDefinition> functions, ConfigurationManager configuration)
    {
        var prefix = configuration[$"{HostJson.Section}:extensions:http:routePrefix"] ?? "api";
        return [.. functions.Where(function => function.Trigger.IsHttp).Select(function => HttpRoute.From(function, prefix))];
    }

    private static void Fail(WebApplication app)
    {
        Environment.ExitCode = 1;
        app.Lifetime.StopApplication();
    }
}
