using BillingFunctions.Platform;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.UsageBilling.Sync.Calls;

namespace BillingFunctions.Tests.UsageBilling;

/// <summary>One app for all tests of the API; each makes organizations of its own.</summary>
public sealed class UsageApiFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Key = "the key";
    private const string KeyHeader = "x-functions-key";

    /// <summary>The month that takes items now.</summary>
    public static DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    public static string Period { get; } = BillingMonth.From(Now).ToString();

    /// <summary>A moment of a month that takes no more items.</summary>
    public static DateTimeOffset LongAgo { get; } = BillingMonth.From(Now).Previous.Previous.Start.AddDays(3);

    public static string PeriodLongAgo { get; } = BillingMonth.From(LongAgo).ToString();

    internal StripeSimulator Stripe { get; private set; } = null!;

    internal BillingApp App { get; private set; } = null!;

    internal UsageApiDriver Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var storage = await EndToEnd.BeginAsync(azurite);
        Stripe = await StripeFake.StartAsync(change: options => options with { Port = EndToEnd.StripePort });
        App = await EndToEnd.StartAsync(storage, Stripe, [("Keys__Default", Key), .. BillingApp.ImpatientQueues]);
        if (!App.Http.DefaultRequestHeaders.Contains(KeyHeader))
        {
            App.Http.DefaultRequestHeaders.Add(KeyHeader, Key);
        }

        Api = new UsageApiDriver(App.Http);
    }

    /// <summary>The invoices at Stripe for an invoice of ours.</summary>
    internal IReadOnlyList<InvoiceRecord> DraftsOf(string invoiceId) =>
        [.. Stripe.Invoices.All.Where(invoice => invoice.Metadata.GetValueOrDefault(InvoiceCalls.InvoiceKey) == invoiceId)];

    /// <summary>Their lines.</summary>
    internal IReadOnlyList<InvoiceLineRecord> LinesOf(string invoiceId) => [.. DraftsOf(invoiceId).SelectMany(invoice => invoice.Lines)];

    /// <summary>Which item a line is.</summary>
    internal static string? ItemOf(InvoiceLineRecord line) => line.Metadata.GetValueOrDefault(LineCalls.ItemKey);

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Stripe.DisposeAsync();
        EndToEnd.End();
    }
}

/// <summary>The classes that share the app.</summary>
[CollectionDefinition(nameof(UsageApi))]
public sealed class UsageApi : ICollectionFixture<UsageApiFixture>;
