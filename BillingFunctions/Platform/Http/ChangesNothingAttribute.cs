namespace BillingFunctions.Platform.Http;

/// <summary>On an HTTP function that only computes, though its method is not GET, since a body says what: whoever may look may call it, and it is no action of an operator.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ChangesNothingAttribute : Attribute;
