#pragma warning disable MA0047 // The runtime looks for this name outside of every namespace
using System.Diagnostics;
using BillingFunctions.Testing.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// What the runtime runs in a process with this assembly in <c>DOTNET_STARTUP_HOOKS</c>, before its own code: gives the worker a clock that a test can move. The app has nothing for it.
/// </summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        // The host has the same environment; only the worker's clock is meant.
        if (Environment.GetCommandLineArgs().Contains("--functions-worker-id") && Environment.GetEnvironmentVariable(MovedClock.Variable) is { } file)
        {
            DiagnosticListener.AllListeners.Subscribe(new Hosts(new MovedClock(file)));
        }
    }

    /// <summary>Waits for the host to be built, which the hosting library tells of.</summary>
    private sealed class Hosts(TimeProvider clock) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "Microsoft.Extensions.Hosting")
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
            {
                builder.ConfigureServices((_, services) => services.AddSingleton(clock));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
