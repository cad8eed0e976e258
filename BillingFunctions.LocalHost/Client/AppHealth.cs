namespace BillingFunctions.LocalHost.Client;

/// <summary>What of the app is on, and what is not for want of a setting.</summary>
internal sealed record AppHealth(IReadOnlyDictionary<string, AppHealth.Check> Checks)
{
    /// <returns>The settings that a capability lacks; empty when it is on.</returns>
    public static async Task<IReadOnlyList<string>> MissingForAsync(ApiClient app, string capability, CancellationToken cancellationToken)
    {
        var health = await app.GetAsync<AppHealth>("api/health", cancellationToken);
        return health.Checks.GetValueOrDefault(capability)?.Missing ?? [];
    }

    internal sealed record Check(IReadOnlyList<string>? Missing);
}
