using BillingFunctions.Local.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace BillingFunctions.Local.Hosting;

/// <summary>The running app with everything that was started for it.</summary>
internal sealed class LocalHost(WebApplication app, LocalEnvironment local, LocalRun run) : IHost, IAsyncDisposable
{
    private Task _demo = Task.CompletedTask;

    public IServiceProvider Services => app.Services;

    /// <summary>Where the app listens, once it is started.</summary>
    public Uri Address => new(app.Urls.First());

    /// <exception cref="StartupException">The app cannot start; the program ends instead.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            Map();
            await app.StartAsync(cancellationToken);
            local.WhenListening?.Invoke(Address);
            if (run.IsProgram)
            {
                Announce();
            }
        }
        catch (Exception exception) when (run.IsProgram && StartupFailures.Lines(exception) is { Count: > 0 } lines)
        {
            await local.DisposeAsync();
            StartupFailures.Exit(lines);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await app.StopAsync(cancellationToken);
        await _demo;
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await local.DisposeAsync();
    }

    private void Map()
    {
        app.UseRouting();
        app.Use(app.Services.GetRequiredService<FunctionKeys>().InvokeAsync);
        app.Services.GetRequiredService<HttpEndpoints>().Map(app);
        DurableEndpoints.Map(app);
    }

    private void Announce()
    {
        foreach (var line in app.Services.GetRequiredService<Banner>().Lines(Address, local.Services))
        {
            Console.WriteLine(line);
        }

        if (local.HasSampleData && local.Launch.Demo)
        {
            var console = new DemoConsole(AnsiConsole.Console, Console.IsOutputRedirected);
            _demo = app.Services.GetRequiredService<Demo>().RunAsync(Address, console, app.Lifetime.ApplicationStopping);
        }
    }
}
