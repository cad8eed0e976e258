using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>Marks an endpoint with the key its callers need.</summary>
internal sealed record RequiredKey(AuthorizationLevel Level);
