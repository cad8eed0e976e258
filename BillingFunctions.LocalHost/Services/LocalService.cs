namespace BillingFunctions.LocalHost.Services;

/// <summary>Something the app uses.</summary>
/// <param name="Name">What it is, such as <c>Mail</c>.</param>
/// <param name="Where">An address or a folder to look at.</param>
internal sealed record LocalService(string Name, string Where);
