using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace BillingFunctions.Local.Hosting;

/// <summary>How an app is run: as the program by default; a test brings its own functions and settings.</summary>
internal sealed class LocalRun
{
    private static readonly AsyncLocal<LocalRun?> Ambient = new();

    /// <summary>The run that builders made from here on belong to.</summary>
    public static LocalRun Current
    {
        get => Ambient.Value ?? Program;
        set => Ambient.Value = value;
    }

    /// <summary>Where functions are looked for.</summary>
    public IReadOnlyList<Type> FunctionTypes { get; init; } = [];

    /// <summary>The folder of <c>local.settings.json</c>, <c>package.json</c> and <c>.local/</c>.</summary>
    public string Root { get; init; } = NodeTools.RepositoryRoot;

    /// <summary>Where <c>host.json</c> is; that of the output folder, else that of <see cref="Root"/>, when null.</summary>
    public string? HostJsonPath { get; init; }

    /// <summary>Win over every other setting.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>Starts storage, mail and Stripe, writes to the console and ends the process when the start fails.</summary>
    public bool IsProgram { get; init; }

    /// <summary>Runs after the app has registered its services.</summary>
    public Action<IServiceCollection> ConfigureServices { get; init; } = _ => { };

    /// <summary>Receives the host that the app has built.</summary>
    public Action<IHost> Built { get; init; } = _ => { };

    private static LocalRun Program => new()
    {
        FunctionTypes = Assembly.GetEntryAssembly()?.GetTypes() ?? [],
        IsProgram = true,
    };
}
