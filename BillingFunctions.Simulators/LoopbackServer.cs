using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Simulators;

/// <summary>The web server of a simulator: on 127.0.0.1, with routes and nothing else.</summary>
internal static class LoopbackServer
{
    /// <param name="port">0 takes any free one.</param>
    public static WebApplication Build(int port, Action<KestrelServerLimits>? limit = null)
    {
        // The empty builder takes nothing from the environment, where ASPNETCORE_URLS may be meant for the app
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            limit?.Invoke(kestrel.Limits);
        });
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRoutingCore();
        return builder.Build();
    }

    /// <summary>Stops at once; calls under way are cut off.</summary>
    public static async Task CutOffAsync(WebApplication app)
    {
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }
}
