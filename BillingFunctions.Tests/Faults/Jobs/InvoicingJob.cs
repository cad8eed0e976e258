using System.Net.Http.Json;
using System.Net.Mail;
using System.Text.Json;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>A file of customers and the invoices of the month before: one mail each, and the sums of the amount API.</summary>
internal sealed class InvoicingJob(FaultWorld world, FaultPlan plan) : IFaultedJob
{
    private readonly IReadOnlyList<int> _numbers = [.. Enumerable.Range(1, 50 * plan.Size)];

    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        var uploads = new UploadsDriver(world.App);
        var id = await uploads.UploadAsync(CustomerCsvBuilder.File(CustomerCsvBuilder.Lines(_numbers, IdOf)));
        var upload = await uploads.EndAsync(id, TimeSpan.FromMinutes(10));
        Assert.Equal(("completed", _numbers.Count, _numbers.Count, 0), UploadsDriver.Counts(upload));
        using var started = await world.App.Http.PostAsync($"api/invoicing/{InvoicingDriver.Month}/runs", null, cancellationToken);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync(cancellationToken));
    }

    public async Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken)
    {
        var report = await world.App.Http.GetFromJsonAsync<JsonElement>($"api/invoicing/{InvoicingDriver.Month}", cancellationToken);
        var open = new[] { "pending", "priced", "sending", "lookup_failed", "email_failed" }.Where(status => InvoicingDriver.CountOf(report, status) > 0).ToList();
        foreach (var (status, hook) in new[] { ("lookup_failed", "retry_lookups"), ("email_failed", "retry_emails") })
        {
            if (open.Contains(status))
            {
                await world.App.Http.PostAsync($"api/invoicing/{InvoicingDriver.Month}/{hook}", null, cancellationToken);
            }
        }

        return open.Count == 0 && InvoicingDriver.StatusOf(report).StartsWith("completed", StringComparison.Ordinal) ? [] : [$"{report}"];
    }

    public async Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken)
    {
        var rows = DownloadedCsv.Read(await world.App.Http.GetByteArrayAsync($"api/invoicing/{InvoicingDriver.Month}/report.csv", cancellationToken)).Records();
        var mailed = world.Mails.Received.CountBy(mail => new MailAddress(mail["To"]).Address).ToDictionary();
        var breaches = new List<string>(mailed.Where(mail => mail.Value > 1).Select(mail => $"{mail.Value} mails went to {mail.Key}."));
        foreach (var id in _numbers.Select(IdOf))
        {
            var (due, found) = (world.Amounts.AmountOf(id, InvoicingDriver.Month), rows.Where(row => row["customer_id"] == id).ToList());
            if (found is not [var row])
            {
                breaches.Add($"{id} has {found.Count} invoices.");
                continue;
            }

            var hasMail = mailed.ContainsKey(row["email"]);
            var isRight = row["status"] switch
            {
                "sent" => due.IsCharged && hasMail,
                "delivery_unknown" => due.IsCharged,
                "no_charge" or "not_found" => !due.IsCharged && !hasMail,
                _ => false,
            };
            if (!isRight)
            {
                breaches.Add($"{id} owes {due}, is {row["status"]}, and {(hasMail ? "has a mail" : "has no mail")}.");
            }
        }

        return breaches;
    }

    private string IdOf(int number) => $"inv-{plan.Seed}-{number:d4}";
}
