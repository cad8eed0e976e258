namespace BillingFunctions.Platform.Http;

/// <summary>On an HTTP function by which a person steers the app: each call is kept, with who made it and what came of it, and listed at <c>/api/audit</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OperatorActionAttribute : Attribute;
