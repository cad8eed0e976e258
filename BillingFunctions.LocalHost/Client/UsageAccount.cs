using System.Globalization;

namespace BillingFunctions.LocalHost.Client;

/// <summary>An organization with its invoice for the usage of a month.</summary>
internal sealed record UsageAccount(string OrganizationId, string InvoiceId)
{
    public string Path => $"api/organizations/{OrganizationId}/usage";

    public static async Task<UsageAccount> CreateAsync(ApiClient app, string name, DateTimeOffset month, CancellationToken cancellationToken)
    {
        var organization = await CreateAsync(app, "api/organizations", new { Name = name }, cancellationToken);
        var period = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var invoice = await CreateAsync(app, "api/invoices", new { OrganizationId = organization.Id, Period = period, Currency = "usd" }, cancellationToken);
        return new UsageAccount(organization.Id, invoice.Id);
    }

    public Task<UsageItem> AddAsync(ApiClient app, NewUsageItem item, CancellationToken cancellationToken) =>
        app.PostAsync<UsageItem>("api/invoice_items", BodyOf(item with { Invoice = InvoiceId }), cancellationToken);

    /// <summary>Adds up to 1,000 items of any accounts.</summary>
    /// <exception cref="JobException">One of them was refused.</exception>
    public static async Task AddAllAsync(ApiClient app, IReadOnlyList<NewUsageItem> items, CancellationToken cancellationToken)
    {
        var batch = await app.PostAsync<Batch>("api/invoice_items/batch", BodyOf(items), cancellationToken);
        if (batch.Refused > 0)
        {
            throw new JobException($"{batch.Refused} of {items.Count} invoice items were refused.");
        }
    }

    public Task<UsageTotals> ReadAsync(ApiClient app, CancellationToken cancellationToken) => app.GetAsync<UsageTotals>(Path, cancellationToken);

    /// <returns>An address at which the organization's own people see its usage, without a key.</returns>
    public async Task<string> LinkAsync(ApiClient app, CancellationToken cancellationToken) => (await app.PostAsync<UsageLink>($"{Path}_link", null, cancellationToken)).Url;

    private static Task<Created> CreateAsync(ApiClient app, string path, object body, CancellationToken cancellationToken) => app.PostAsync<Created>(path, BodyOf(body), cancellationToken);

    private static JsonContent BodyOf(object body) => JsonContent.Create(body, body.GetType(), options: ApiClient.Json);

    private sealed record Created(string Id);

    private sealed record Batch(int Refused);

    private sealed record UsageLink(string Url);
}

/// <param name="Amount">In minor units.</param>
internal sealed record NewUsageItem(long Amount, string Product, DateTimeOffset OccurredAt, string? Invoice = null);

/// <param name="SyncStatus"><c>pending</c>, <c>synced</c>, <c>discarded</c> or <c>canceled</c>.</param>
internal sealed record UsageItem(string Id, string SyncStatus)
{
    public Task<UsageItem> ReadAsync(ApiClient app, CancellationToken cancellationToken) => app.GetAsync<UsageItem>($"api/invoice_items/{Id}", cancellationToken);
}

/// <summary>What an organization has used in a month.</summary>
/// <param name="Synced">What Stripe has.</param>
/// <param name="Pending">What is on its way there.</param>
internal sealed record UsageTotals(UsageTotals.Part Synced, UsageTotals.Part Pending)
{
    internal sealed record Part(int Items, IReadOnlyList<Money> Totals)
    {
        public override string ToString() => FormattableString.Invariant($"{Items:N0} items{(Totals.Count == 0 ? "" : $", {string.Join(", ", Totals)},")}");
    }
}
