using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>Bills last month: amounts are looked up at an API that fails now and then, and each customer gets one mail.</summary>
internal sealed class InvoicingDemo(string root, LocalEnvironment local, TimeProvider time) : IDemoStep
{
    private const string Title = "Monthly invoicing";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public string Route => "api/invoicing/{month}/runs";

    public async Task RunAsync(HttpClient app, DemoConsole console, CancellationToken cancellationToken)
    {
        var month = time.GetUtcNow().AddMonths(-1).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture);
        using (var started = await app.PostAsync($"api/invoicing/{month}/runs", null, cancellationToken))
        {
            if (!started.IsSuccessStatusCode)
            {
                throw new DemoException($"POST /api/invoicing/{month}/runs answered {(int)started.StatusCode}.");
            }
        }

        var report = await ReportAsync(app, month, cancellationToken);
        await console.ProgressAsync(Title, async progress => report = await FollowAsync(app, report, progress, cancellationToken));
        var path = Path.Combine(LocalFolder.Create(root, "reports"), $"{month}.csv");
        await File.WriteAllBytesAsync(path, await app.GetByteArrayAsync($"api/invoicing/{month}/report.csv", cancellationToken), cancellationToken);
        WriteResult(console, app.BaseAddress!, report, path);
    }

    private static async Task<InvoicingStatus> ReportAsync(HttpClient app, string month, CancellationToken cancellationToken) =>
        await app.GetFromJsonAsync<InvoicingStatus>($"api/invoicing/{month}", DemoJson.Options, cancellationToken)
        ?? throw new DemoException($"GET api/invoicing/{month} answered nothing.");

    private async Task<InvoicingStatus> FollowAsync(HttpClient app, InvoicingStatus report, IProgress<DemoProgress> progress, CancellationToken cancellationToken)
    {
        while (!report.HasEnded)
        {
            await Task.Delay(Poll, time, cancellationToken);
            report = await ReportAsync(app, report.Month, cancellationToken);
            progress.Report(new DemoProgress(report.Progress.Percent, FormattableString.Invariant($"{report.CountOf("sent"):N0} mails sent")));
        }

        return report;
    }

    private void WriteResult(DemoConsole console, Uri app, InvoicingStatus report, string path)
    {
        var totals = report.Statuses.Where(total => total.Count > 0).Select(total => FormattableString.Invariant($"{total.Count:N0} {total.Status}"));
        console.WriteLine($"{Title} of {report.Month} is {report.Status}: {string.Join(", ", totals)}.");
        console.WriteLine($"    Mails     {local.Services.FirstOrDefault(service => service.Name == LocalMail.Name)?.Where}");
        console.WriteLine($"    CSV       {path}");
        console.WriteLine($"    Report    {app}api/invoicing/{report.Month}");
        console.WriteLine($"    Invoices  {app}api/invoicing/{report.Month}/invoices");
    }

    /// <summary>The month as the app's API tells it.</summary>
    private sealed record InvoicingStatus(string Month, string Status, InvoicingStatus.Share Progress, IReadOnlyList<InvoicingStatus.Total> Statuses)
    {
        public bool HasEnded => Status is "completed" or "completed_with_failures" or "failed";

        public int CountOf(string status) => Statuses.Where(total => total.Status == status).Sum(total => total.Count);

        internal sealed record Share(double Percent);

        internal sealed record Total(string Status, int Count);
    }
}
