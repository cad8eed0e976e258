using System.Globalization;
using BillingFunctions.Local.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Local.Hosting;

/// <summary>The ASP.NET Core application that hosts the functions.</summary>
internal static class LocalWebApplication
{
    /// <summary>Kestrel's own default, and the limit of the Functions host on it.</summary>
    private const long DefaultBodyLimit = 104_857_600;

    // Requests end first, then what listeners still run; each may use the grace period.
    private static readonly TimeSpan ShutdownTimeout = (2 * RunningInvocations.GracePeriod) + TimeSpan.FromSeconds(5);

    public static (WebApplicationBuilder Builder, LocalEnvironment Local) Create(string[] args, LocalRun run)
    {
        var launch = LaunchOptions.Parse(args);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = (run.FunctionTypes is [var first, ..] ? first : typeof(LocalRun)).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environment.GetEnvironmentVariable("AZURE_FUNCTIONS_ENVIRONMENT") ?? Environments.Development,
        });
        LocalSettings.Add(builder.Configuration, launch, run);
        var local = new LocalEnvironment(launch, HostJson.Load(run, builder.Configuration));
        AddServer(builder, launch);
        if (run.IsProgram)
        {
            ConsoleLogging.Add(builder.Logging);
            LocalServices.StartAsync(builder.Configuration, local, run.Root).GetAwaiter().GetResult();
        }

        return (builder, local);
    }

    public static IHost Build(WebApplicationBuilder builder, FunctionPipeline pipeline, LocalEnvironment local, LocalRun run)
    {
        builder.Services.AddFunctions(pipeline, local.HostJson, run.FunctionTypes);
        builder.Services.AddSingleton(run).AddSingleton(local).AddSingleton<Banner>();
        builder.Services.AddSingleton<Demo>().AddSingleton<IDemoStep, ExportDemo>().AddSingleton<IDemoStep, UploadDemo>().AddSingleton<IDemoStep, InvoicingDemo>();
        run.ConfigureServices(builder.Services);
        var host = new LocalHost(builder.Build(), local, run);
        run.Built(host);
        return host;
    }

    private static void AddServer(WebApplicationBuilder builder, LaunchOptions launch)
    {
        builder.Host.UseDefaultServiceProvider(options =>
            options.ValidateScopes = options.ValidateOnBuild = builder.Environment.IsDevelopment());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{launch.Port}"));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = builder.Configuration.GetValue("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", DefaultBodyLimit);
        });
        builder.Services.AddRouting();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
    }
}
