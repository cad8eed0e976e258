using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Downloads;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Invoicing.Report;

/// <summary>The report of a month: in sum, invoice by invoice, and as a file.</summary>
public sealed class ReadInvoicingFunctions(MonthlyInvoiceList list, InvoicingRuns runs, CapabilityStates capabilities, DownloadLinks links, TimeProvider time)
{
    private const string Quick = "quick";

    /// <summary>Up to so many invoices are counted within half a second.</summary>
    private const int MostCountedQuickly = 5_000;

    private const string OneOfStatuses = "Only invoices with one of these statuses, comma-separated.";

    /// <summary>Lists the months that have had a run, latest first, with what was counted last in each.</summary>
    [Function("ListMonthsFunction")]
    [ProducesPage<InvoicingMonth>]
    public async Task<IResult> ListMonthsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoicing")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, month => BillingMonth.TryParse(month, out _)) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        var months = await runs.ListMonthsAsync(page.Limit + 1, page.Cursor, cancellationToken);
        var found = await Task.WhenAll(months.Select(async month => InvoicingMonth.From(month, await runs.FindLatestAsync(month, cancellationToken), await runs.FindSummaryAsync(month, cancellationToken))));
        return ApiJson.Ok(page.Cut(found, month => month, month => month.Month));
    }

    /// <summary>Shows how a month stands: its status, progress and totals.</summary>
    /// <remarks>Counts the invoices when it is asked, unless it is asked to be quick: a million take about a minute and a half.</remarks>
    [Function("GetInvoicingFunction")]
    [QueryParameter<bool>(Quick, "Whether a month of more than 5,000 invoices is answered with what was counted last, some minutes ago at most, see as_of; false if it is not given.")]
    [ProducesResponseType<InvoicingReport>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoicing/{month}")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string month,
        CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var isQuick = QueryParameters.ReadFlag(request, Quick, errors);
        if (!BillingMonth.TryParse(month, out var parsed))
        {
            return InvoicingProblems.NotAMonth;
        }

        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        // The run first: one that has ended adds nothing any more, so the sums are those that it ended with, or newer.
        var run = await runs.FindAsync(durable, month, cancellationToken);
        var now = time.GetUtcNow();
        var summary = await runs.FindSummaryAsync(month, cancellationToken);
        var (totals, asOf) = isQuick && summary is { Invoices: > MostCountedQuickly } counted ? (counted.ToTotals(), counted.AsOf) : (await CountAsync(month, cancellationToken), now);
        var missing = capabilities.MissingFor(typeof(SendInvoiceEmailFunction).FullName!);
        return ApiJson.Ok(InvoicingReport.From(parsed, totals, run, summary, missing, now) with { AsOf = asOf });
    }

    /// <summary>Lists the invoices of a month.</summary>
    [Function("ListMonthlyInvoicesFunction")]
    [QueryParameter<string>("status", OneOfStatuses)]
    [ProducesPage<MonthlyInvoiceView>]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoicing/{month}/invoices")] HttpRequest request, string month, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.From(request, errors, TableKey.IsValid);
        var statuses = StatusesOf(request, errors);
        if (!BillingMonth.TryParse(month, out _))
        {
            return InvoicingProblems.NotAMonth;
        }

        if (page is null || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await list.ListAsync(month, statuses, page.Cursor, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, MonthlyInvoiceView.From, invoice => invoice.CustomerId));
    }

    /// <summary>Downloads the invoices of a month as CSV.</summary>
    [Function("GetInvoicingReportFunction")]
    [QueryParameter<string>("status", OneOfStatuses)]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public IResult GetReport(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/invoicing/{month}/report.csv")] HttpRequest request, string month, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var statuses = StatusesOf(request, errors);
        if (!BillingMonth.TryParse(month, out _))
        {
            return InvoicingProblems.NotAMonth;
        }

        var aborted = request.HttpContext.RequestAborted;
        return errors.Any
            ? Problems.Invalid(errors)
            : Results.Stream(
                output => InvoiceCsv.WriteAsync(output, list.ListAsync(month, statuses, after: null, aborted), aborted),
                "text/csv; charset=utf-8",
                $"{string.Join('-', statuses.Select(status => status.ToText()).Prepend($"invoicing-{month}"))}.csv");
    }

    /// <summary>Downloads the invoices of a month as CSV, by a signed link.</summary>
    [Function("DownloadInvoicingReportFunction")]
    [ProducesResponseType<string>(StatusCodes.Status200OK, "text/csv")]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden)]
    public async Task<IResult> FollowToReportAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DownloadLinks.RoutePrefix + "invoicing/{month}/report.csv")] HttpRequest request, string month, CancellationToken cancellationToken) =>
        await links.IsValidAsync(request, cancellationToken) ? GetReport(request, month, cancellationToken) : DownloadLinks.Refusal;

    private async Task<InvoiceTotals> CountAsync(string month, CancellationToken cancellationToken)
    {
        var tally = new InvoiceTally();
        await foreach (var (invoices, _) in list.ListPiecesAsync(month, from: null, cancellationToken))
        {
            tally.Add(invoices);
        }

        return tally.Sum();
    }

    /// <summary>Reads <c>?status=</c>, which may name several, comma-separated.</summary>
    private static IReadOnlyCollection<InvoiceStatus> StatusesOf(HttpRequest request, FieldErrors errors)
    {
        if (request.Query["status"] is not [{ Length: > 0 } text])
        {
            return [];
        }

        var statuses = text.Split(',').Select(InvoiceStatuses.Parse).ToList();
        if (statuses.Contains(null))
        {
            errors.Add("status", $"The value must be one of {string.Join(", ", InvoiceStatuses.All.Select(status => status.ToText()))}.");
        }

        return [.. statuses.OfType<InvoiceStatus>()];
    }
}
