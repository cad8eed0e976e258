using System.Globalization;

namespace BillingFunctions.LocalHost.Client;

/// <summary>The invoices of a month in sum.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="WaitingFor">What it waits for that the app cannot do by itself; null when there is nothing.</param>
/// <param name="Statuses">All of them, also those that no invoice has.</param>
/// <param name="Run">The latest run; null before the first.</param>
internal sealed record InvoicingMonth(
    string Month,
    string Status,
    string? WaitingFor,
    double? DurationSeconds,
    InvoicingMonth.Share Progress,
    int Invoices,
    IReadOnlyList<InvoicingMonth.StatusTotal> Statuses,
    IReadOnlyList<Money> Currencies,
    InvoicingMonth.LatestRun? Run) : IJob
{
    public string Path => PathOf(Month);

    public string CommandLine => $"invoice {Month}";

    /// <summary>A month goes on until each invoice has come to its end, however long the retries of some take, or until only mails are left and mails are off.</summary>
    public bool HasEnded => Status is "completed" or "completed_with_failures" or "waiting" or "failed";

    public JobProgress HowFar => new(Progress.Percent, FormattableString.Invariant($"{CountOf("sent"):N0} mails sent, {Progress.Open:N0} open, {Progress.Failed:N0} failed"));

    /// <summary>Whether somebody has to do something: about single invoices, about settings, or because the run itself broke down.</summary>
    public bool NeedsAPerson => Progress.Failed > 0 || Status is "waiting" or "failed";

    /// <summary>What came of it, in a line.</summary>
    public string Summary => $"Monthly invoicing of {Month} is {Status}: {(Invoices == 0 ? "no invoices" : string.Join(", ", Found.Select(total => string.Create(CultureInfo.InvariantCulture, $"{total.Count:N0} {total.Status}"))))}.{(WaitingFor is null ? "" : $" {WaitingFor}")}";

    private IEnumerable<StatusTotal> Found => Statuses.Where(total => total.Count > 0);

    /// <summary>Starts the month's run, or joins the one that is under way.</summary>
    public static async Task<InvoicingMonth> StartAsync(ApiClient app, string month, CancellationToken cancellationToken)
    {
        await app.PostAsync<LatestRun>($"{PathOf(month)}/runs", null, cancellationToken);
        return await ReadAsync(app, month, cancellationToken);
    }

    public static Task<InvoicingMonth> ReadAsync(ApiClient app, string month, CancellationToken cancellationToken) =>
        app.GetAsync<InvoicingMonth>(PathOf(month), cancellationToken);

    /// <returns>The month when each invoice has come to its end, be it a good one or not.</returns>
    /// <exception cref="JobException">The run broke down.</exception>
    public async Task<InvoicingMonth> FinishAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken)
    {
        var ended = await app.WatchAsync("Monthly invoicing", this, console, cancellationToken);
        return ended.Status != "failed" ? ended : throw new JobException($"run {ended.Run?.Id} of {Month} is failed. {ended.Run?.Error}".Trim())
        {
            Details = [$"Carry it on with: {CommandLine}"],
        };
    }

    public Task SaveAsync(ApiClient app, OutputFile target, CancellationToken cancellationToken) =>
        target.WriteAsync(stream => app.DownloadAsync($"{Path}/report.csv", stream, cancellationToken));

    /// <summary>Shows how many invoices and how much money have which status.</summary>
    public void WriteTotals(JobConsole console)
    {
        if (Invoices > 0)
        {
            console.WriteTable(
                ["Status", "Invoices", "Sums"],
                [.. Found.Select(total => RowOf(total.Status, total.Count, total.Amounts)), RowOf("all", Invoices, Currencies)]);
        }
    }

    private int CountOf(string status) => Statuses.Where(total => total.Status == status).Sum(total => total.Count);

    private static string[] RowOf(string name, int count, IEnumerable<Money> sums) =>
        [name, count.ToString("N0", CultureInfo.InvariantCulture), string.Join(", ", sums)];

    private static string PathOf(string month) => $"api/invoicing/{Uri.EscapeDataString(month)}";

    /// <param name="Open">Invoices with something still to be done by itself.</param>
    /// <param name="Failed">Invoices that a person has to look at.</param>
    internal sealed record Share(int Open, int Failed, double Percent);

    internal sealed record StatusTotal(string Status, int Count, IReadOnlyList<Money> Amounts);

    internal sealed record LatestRun(string Id, string? Error);
}
