using System.Text.Json;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Platform.Capabilities;

/// <summary>
/// Leaves the queue and timer functions of a capability that is off out of the list that the host gets: its messages wait on their queues, spend no attempts and are
/// dealt with when the setting is there. HTTP functions stay and answer 503, see <see cref="CapabilityMiddleware"/>.
/// </summary>
internal sealed partial class AvailableFunctions(CapabilityStates capabilities, ILogger<AvailableFunctions> logger) : IFunctionMetadataTransformer
{
    private bool _isTold;

    public string Name => nameof(AvailableFunctions);

    /// <summary>The host asks for the list first, and the server for HTTP functions again.</summary>
    public void Transform(IList<IFunctionMetadata> original)
    {
        if (!Interlocked.Exchange(ref _isTold, true))
        {
            TellWhatIsOff();
        }

        foreach (var function in original.Where(function => function.EntryPoint is { } entry && capabilities.MissingFor(entry).Count > 0 && RunsByItself(function)).ToList())
        {
            original.Remove(function);
        }
    }

    private void TellWhatIsOff()
    {
        foreach (var (capability, missing) in capabilities.MissingByName.Where(capability => capability.Value.Count > 0))
        {
            Log.Off(logger, capability, string.Join(", ", missing));
        }
    }

    private static bool RunsByItself(IFunctionMetadata function) => function.RawBindings?.Any(static binding =>
    {
        using var json = JsonDocument.Parse(binding);
        return json.RootElement.TryGetProperty("type", out var type) && type.GetString() is "queueTrigger" or "timerTrigger";
    }) == true;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Capability} is off. Not set: {Settings}.")]
        public static partial void Off(ILogger logger, string capability, string settings);
    }
}
