namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>An event as tests see it.</summary>
/// <param name="ObjectId">The id of the object that it is about.</param>
public sealed record SimulatedEvent(string Id, string Type, string ObjectId, DateTimeOffset Created);
