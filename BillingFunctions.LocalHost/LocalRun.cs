using System.Net;
using System.Net.Sockets;
using BillingFunctions.LocalHost.Demo;
using BillingFunctions.LocalHost.Http;
using BillingFunctions.LocalHost.Rpc;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.LocalHost.Triggers;
using Microsoft.Azure.WebJobs;
using Spectre.Console;

namespace BillingFunctions.LocalHost;

/// <summary>The app with everything that was started for it: services, its worker process and the job host in front of it.</summary>
internal sealed class LocalRun : IAsyncDisposable
{
    private readonly LocalEnvironment _local = new();
    private readonly CancellationTokenSource _demoStop = new();
    private ILoggerFactory? _loggers;
    private RpcServer? _rpc;
    private Worker? _worker;
    private WebApplication? _app;
    private Task _demo = Task.CompletedTask;

    private LocalRun()
    {
    }

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

    /// <summary>Waits for Ctrl+C or SIGTERM, then stops taking requests and lets what runs end.</summary>
    public Task WaitAsync() => _app!.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _demoStop.CancelAsync();
        await _demo;
        foreach (var part in (IAsyncDisposable?[])[_app, _worker, _rpc, _local])
        {
            if (part is not null)
            {
                await part.DisposeAsync();
            }
        }

        _loggers?.Dispose();
        _demoStop.Dispose();
    }

    private async Task LaunchAsync(LaunchOptions options)
    {
        if (!File.Exists(options.App))
        {
            throw new StartupException($"There is no app at {options.App}. Build it, or name it with --app.");
        }

        var socket = Listen(options.Port);
        var address = new Uri($"http://{socket.LocalEndPoint}/");
        await LocalServices.StartAsync(_local, options.Root);

        // The worker starts while the job host is put together.
        var directory = Path.GetDirectoryName(options.App)!;
        var hostJson = HostJson.Read(directory);
        _rpc = await RpcServer.StartAsync();
        var builder = LocalWebApplication.CreateBuilder(hostJson, socket);
        _loggers = LoggerFactory.Create(logging => LocalWebApplication.AddLogging(logging, builder.Configuration));
        _worker = new Worker(options.App, _rpc, _loggers);
        var starting = _worker.StartAsync();
        builder.Services.AddSingleton(_worker);
        IReadOnlyList<FunctionDefinition> functions = [];
        builder.AddJobHost(address, () => functions);
        _app = builder.Build();
        await starting;

        functions = Define(_worker);
        var routes = Route(functions, builder.Configuration);
        _app.Services.GetRequiredService<Invoker>().Serve(functions);
        _worker.GaveUp = () => Fail(_app);
        LocalWebApplication.Map(_app, routes);
        await _app.StartAsync();
        _local.WhenListening?.Invoke(address);
        Announce(address, routes, functions);
        if (_local.HasSampleData && options.Demo)
        {
            Play(options, address, routes);
        }
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

    private void Announce(Uri address, IEnumerable<HttpRoute> routes, IEnumerable<FunctionDefinition> functions)
    {
        var settings = _app!.Services.GetRequiredService<INameResolver>();
        foreach (var line in Banner.Lines(address, routes, functions, settings, _local.Services))
        {
            Console.WriteLine(line);
        }
    }

    private void Play(LaunchOptions options, Uri address, IEnumerable<HttpRoute> routes)
    {
        IDemoStep[] steps = [new ExportDemo(options.Root, TimeProvider.System), new UploadDemo(options.Root, TimeProvider.System), new InvoicingDemo(options.Root, _local, TimeProvider.System)];
        var client = new HttpClient { BaseAddress = address };
        _app!.Services.GetRequiredService<FunctionKey>().AddTo(client);
        var known = routes.Select(route => route.Template).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _demo = Demonstration.RunAsync(steps.Where(step => known.Contains(step.Route)), client, new DemoConsole(AnsiConsole.Console, Console.IsOutputRedirected), _demoStop.Token);
    }
}
