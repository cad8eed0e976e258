using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>Writes an object in the shape of an API version.</summary>
internal delegate JsonObject WriteObject(ApiVersion version, bool livemode);

/// <summary>What an event is about: the object just after, and of an update the object before.</summary>
internal sealed record EventSubject(string Id, WriteObject Write, WriteObject? WriteBefore = null)
{
    /// <summary>The fields that an update changed with their old values; null when the event is no update.</summary>
    public JsonObject? ChangesIn(ApiVersion version) => WriteBefore is null
        ? null
        : PreviousAttributes.Between(WriteBefore(version, livemode: false), Write(version, livemode: false));
}
