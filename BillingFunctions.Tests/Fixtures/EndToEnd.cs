using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Tests.Fixtures;

/// <summary>
/// The app that end-to-end tests talk to: one that they start behind the local host, or, with <c>BILLING_BASE_URL</c>, one that somebody else has started, such as on
/// the real Functions host. That one has to be set up as docs/testing.md says: the simulators are still those of the tests, on ports that it knows.
/// </summary>
internal static class EndToEnd
{
    public const string Category = "EndToEnd";

    /// <summary>Classes take turns at an app that they did not start: each brings simulators of its own.</summary>
    private static readonly SemaphoreSlim Turn = new(1, 1);

    private static readonly Uri? Url = Environment.GetEnvironmentVariable("BILLING_BASE_URL") is { Length: > 0 } url ? new Uri(url.TrimEnd('/') + "/") : null;

    private static readonly string? Key = Environment.GetEnvironmentVariable("BILLING_FUNCTION_KEY");

    /// <summary>Whether the app refuses callers without a key: <c>func start</c> does not.</summary>
    public static bool DemandsKey => Url is null || !string.IsNullOrEmpty(Key);

    public static int StripePort => Url is null ? 0 : 12111;

    public static int SmtpPort => Url is null ? 0 : 11025;

    /// <summary>Begins a class's turn.</summary>
    /// <returns>The app's storage account.</returns>
    public static async Task<string> BeginAsync(AzuriteFixture azurite)
    {
        if (Url is null)
        {
            return azurite.NewAccount();
        }

        await Turn.WaitAsync();
        return Environment.GetEnvironmentVariable("BILLING_STORAGE") is { Length: > 0 } storage ? storage : "UseDevelopmentStorage=true";
    }

    public static async Task<BillingApp> StartAsync(string storage, StripeSimulator stripe, params (string Name, string Value)[] settings) =>
        Url is null ? await BillingApp.StartAsync(storage, stripe, settings) : BillingApp.Connect(Url, Key);

    /// <summary>Ends a class's turn.</summary>
    public static void End()
    {
        if (Url is not null)
        {
            Turn.Release();
        }
    }
}
