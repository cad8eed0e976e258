namespace BillingFunctions.Platform.OpenApi;

// Only for the document: the framework writes it, see Problems.

/// <summary>A refusal, as RFC 9457 says.</summary>
/// <param name="Type">What kind of refusal, a URI.</param>
/// <param name="Title">The same for people.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Detail">What is wrong this time, and what may be done about it.</param>
/// <param name="Errors">What is wrong with which fields or parameters, by name; left out when it is about none.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors = null);
