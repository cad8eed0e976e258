using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Infra;

/// <summary>What the app reads, makes and writes, taken from its code.</summary>
internal static class AppFacts
{
    private static readonly Type[] Types = typeof(CapabilityStates).Assembly.GetTypes();

    private static readonly MethodInfo[] Methods =
        [.. Types.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))];

    private static readonly MethodInfo[] Functions = [.. Methods.Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)];

    /// <summary>The settings that have a name of their own.</summary>
    public static IReadOnlyList<string> Settings { get; } = [.. OptionTypes().SelectMany(options => SettingsOf(options.Type, options.Prefix)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>What the names of settings begin with whose last part an operator chooses.</summary>
    public static IReadOnlyList<string> OpenSettings { get; } = [.. OptionTypes().SelectMany(options => OpenSettingsOf(options.Type, options.Prefix))];

    public static IReadOnlyList<string> Tables { get; } = Names(StorageKind.Table);

    public static IReadOnlyList<string> Queues { get; } = Names(StorageKind.Queue);

    public static IReadOnlyList<string> Containers { get; } = Names(StorageKind.Container);

    /// <summary>The paths of the HTTP functions.</summary>
    public static IReadOnlyList<string> Routes { get; } =
        [.. Functions.SelectMany(function => function.GetParameters()).Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route).OfType<string>().Select(route => $"/{route}")];

    /// <summary>The names of the metrics.</summary>
    public static IReadOnlyList<string> Metrics { get; } = ReadMetrics();

    /// <summary>The templates of the lines of the log; those about any function once for each, with its name.</summary>
    public static IReadOnlyList<string> Messages { get; } = ReadMessages();

    private static IEnumerable<(Type Type, string Prefix)> OptionTypes() =>
        from type in Types.Where(type => !type.Name.StartsWith("__", StringComparison.Ordinal))
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IValidateOptions<>)
        let options = contract.GenericTypeArguments[0]
        let section = (string?)options.GetField("Section", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null)
        select (options, section is null ? "" : $"{section.Replace(":", "__", StringComparison.Ordinal)}__");

    private static IEnumerable<string> SettingsOf(Type options, string prefix) => PropertiesOf(options).SelectMany(property =>
        property.PropertyType.Assembly == typeof(CapabilityStates).Assembly && property.PropertyType.IsClass ? SettingsOf(property.PropertyType, $"{prefix}{property.Name}__")
        : IsOpen(property) ? []
        : [$"{prefix}{property.Name}"]);

    private static IEnumerable<string> OpenSettingsOf(Type options, string prefix) => PropertiesOf(options).Where(IsOpen).Select(property => $"{prefix}{property.Name}__");

    private static IEnumerable<PropertyInfo> PropertiesOf(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true });

    private static bool IsOpen(PropertyInfo property) => property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(Dictionary<,>);

    private static IReadOnlyList<string> Names(StorageKind kind) =>
        [.. Services().Select(service => service.ImplementationInstance).OfType<StorageItem>().Where(item => item.Kind == kind).Select(item => item.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>All that the registrations of the app add, whether Program.cs calls them itself or another registration does.</summary>
    private static IServiceCollection Services()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.AddHttp();
        foreach (var registration in Methods.Where(method => method.IsStatic && !method.IsGenericMethod && method.Name.StartsWith("Add", StringComparison.Ordinal)))
        {
            if (registration.GetParameters() is [{ } only] && only.ParameterType == typeof(IServiceCollection))
            {
                registration.Invoke(null, [builder.Services]);
            }
        }

        return builder.Services;
    }

    private static List<string> ReadMetrics()
    {
        var names = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => AddOf(instrument) };
        listener.Start();
        RuntimeHelpers.RunClassConstructor(typeof(BillingMetrics).TypeHandle);
        return names;

        void AddOf(Instrument instrument)
        {
            if (instrument.Meter.Name == BillingMetrics.MeterName)
            {
                lock (names)
                {
                    names.Add(instrument.Name);
                }
            }
        }
    }

    private static List<string> ReadMessages()
    {
        const string AnyFunction = "{Function}";
        var functions = Functions.Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name).ToList();
        return Methods.Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>()
            .SelectMany(message => message.StartsWith(AnyFunction, StringComparison.Ordinal) ? functions.Select(name => name + message[AnyFunction.Length..]) : [message])
            .ToList();
    }
}
