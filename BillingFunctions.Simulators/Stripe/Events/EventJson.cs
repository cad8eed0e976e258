using System.Text.Encodings.Web;
using System.Text.Json;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>How Stripe writes events to webhook endpoints: indented by two spaces.</summary>
internal static class EventJson
{
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
