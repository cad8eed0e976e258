using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.UsageBilling.Sync.Calls;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>Usage of some organizations, item by item and in batches: at Stripe once, with the sum that was asked for.</summary>
internal sealed class UsageJob(FaultWorld world, FaultPlan plan) : IFaultedJob
{
    private const int ItemsEach = 40;
    private const int BatchSize = 10;

    private readonly UsageAccount[] _accounts = new UsageAccount[2 * plan.Size];
    private readonly long[] _sums = new long[2 * plan.Size];
    private readonly HashSet<string> _closing = [];

    /// <summary>Of the world, whose client it uses.</summary>
    private readonly ApiClient _api = world.Api;

    public Task PlayAsync(CancellationToken cancellationToken) => Parallel.ForAsync(0, _accounts.Length, cancellationToken, async (number, token) =>
    {
        var (now, chance) = (TimeProvider.System.GetUtcNow(), new Random(plan.Seed + number));
        var account = _accounts[number] = await UsageAccount.CreateAsync(_api, $"Organization {number}", now, token);
        for (var item = 0; item < ItemsEach - BatchSize; item++)
        {
            await account.AddAsync(_api, Next(), token);
            await Task.Delay(TimeSpan.FromMilliseconds(chance.Next(1_000)), TimeProvider.System, token);
        }

        await UsageAccount.AddAllAsync(_api, [.. Enumerable.Range(0, BatchSize).Select(_ => Next() with { Invoice = account.InvoiceId })], token);

        NewUsageItem Next()
        {
            var amount = chance.Next(1, 1_000);
            _sums[number] += amount;
            return new NewUsageItem(amount, "requests", now);
        }
    });

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var open = new List<string>();
        foreach (var account in _accounts)
        {
            var (usage, status) = (await account.ReadAsync(_api, cancellationToken), await StatusAsync(account, cancellationToken));
            if (usage.Pending.Items == 0 && _closing.Add(account.InvoiceId))
            {
                await world.App.Http.PostAsync($"api/invoices/{account.InvoiceId}/close", null, cancellationToken);
            }

            if (status != "closed")
            {
                open.Add($"{account.InvoiceId} is {status}, with {usage.Pending} pending");
            }
        }

        return open;
    }

    public async Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken)
    {
        var breaches = new List<string>();
        foreach (var (number, account) in _accounts.Index())
        {
            var invoices = world.Stripe.Invoices.All.Where(invoice => invoice.Metadata.GetValueOrDefault(InvoiceCalls.InvoiceKey) == account.InvoiceId).ToList();
            var lines = invoices.SelectMany(invoice => invoice.Lines).ToList();
            var twice = lines.CountBy(line => line.Metadata[LineCalls.ItemKey]).Count(item => item.Value > 1);
            var usage = await account.ReadAsync(_api, cancellationToken);
            if (twice > 0 || lines.Count != ItemsEach || lines.Sum(line => line.Amount) != _sums[number] || usage.Synced.Items != ItemsEach || invoices.Any(invoice => invoice.Status != "open"))
            {
                breaches.Add($"{account.InvoiceId} has {lines.Count} lines at Stripe, {twice} of them twice, of {lines.Sum(line => line.Amount)}; {ItemsEach} of {_sums[number]} were added, {usage.Synced} are told as synced; Stripe's invoices are {string.Join(", ", invoices.Select(invoice => invoice.Status))}.");
            }
        }

        return breaches;
    }

    private async Task<string?> StatusAsync(UsageAccount account, CancellationToken cancellationToken) =>
        (await world.App.Http.GetFromJsonAsync<JsonElement>($"api/invoices/{account.InvoiceId}", cancellationToken)).GetProperty("status").GetString();
}
