using System.Net.Sockets;
using BillingFunctions.LocalHost.Http;
using Microsoft.Extensions.Logging.Console;

namespace BillingFunctions.LocalHost;

/// <summary>The ASP.NET Core application that the job host runs in.</summary>
internal static class LocalWebApplication
{
    /// <summary>Kestrel's own default, and the limit of the Functions host on it.</summary>
    private const long DefaultBodyLimit = 104_857_600;

    /// <summary>How long requests and functions may go on after Ctrl+C.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The lowest level of each category that a developer wants to see. <c>Azure.Core</c> warns of every 404 and conflict, which are ordinary answers of storage;
    /// <c>Host.Results</c> repeats what the function's own category says; below <c>Function</c> the engine reports each of its steps.
    /// </summary>
    private static readonly (string Category, LogLevel Level)[] Levels =
    [
        ("BillingFunctions", LogLevel.Information), ("Microsoft", LogLevel.Warning), ("System", LogLevel.Warning), ("Azure", LogLevel.Error), ("Host", LogLevel.Warning),
        ("Host.Results", LogLevel.None), ("Function", LogLevel.Warning), ("Function.*.User", LogLevel.Warning), ("DurableTask", LogLevel.Error), ("Grpc", LogLevel.Warning), ("Yarp", LogLevel.Error),
    ];

    public static WebApplicationBuilder CreateBuilder(IReadOnlyDictionary<string, string?> hostJson, Socket socket, bool isQuiet)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(hostJson).AddEnvironmentVariables();
        AddLogging(builder.Logging, builder.Configuration, isQuiet);
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.CreateBoundListenSocket = _ => socket);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = builder.Configuration.GetValue("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", DefaultBodyLimit);
            kestrel.Listen((System.Net.IPEndPoint)socket.LocalEndPoint!);
        });
        builder.Services.AddRouting().AddHttpForwarder();
        builder.Services.AddHttpConcurrency(builder.Configuration.GetSection(HostJson.Section));
        builder.Services.AddSingleton<FunctionKey>().AddSingleton<HttpForwarding>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        return builder;
    }

    /// <summary>One line a message, filtered as <c>host.json</c> says, but for <see cref="Levels"/>; variables below <c>Logging</c> win over both.</summary>
    /// <param name="isQuiet">Whether a command shows what happens: then only <c>Logging</c> counts, and its lines go to the standard error.</param>
    public static void AddLogging(ILoggingBuilder logging, IConfiguration configuration, bool isQuiet)
    {
        logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
        if (isQuiet)
        {
            logging.SetMinimumLevel(LogLevel.None);
            logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        }
        else
        {
            logging.AddConfiguration(configuration.GetSection($"{HostJson.Section}:logging"));
            foreach (var (category, level) in Levels)
            {
                logging.AddFilter(category, level);
            }
        }

        logging.AddConfiguration(configuration.GetSection("Logging"));
    }

    public static void Map(WebApplication app, IReadOnlyList<HttpRoute> routes)
    {
        var key = app.Services.GetRequiredService<FunctionKey>();
        app.UseRouting();
        app.UseRateLimiter();
        app.MapGet("/", () => "The app is running.");
        app.MapHttpFunctions(routes, key);
        DurableWebhooks.Map(app, key);
    }
}
