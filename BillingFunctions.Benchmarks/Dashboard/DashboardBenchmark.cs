using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Dashboard;

/// <summary>How long a page of the dashboard takes with all that it loads, and the explanation of a thing, next to one query of the same storage; and whether retrying all failed jobs survives a SIGKILL.</summary>
internal static partial class DashboardBenchmark
{
    private const string Queue = "benchmark-retries";
    private const int Rounds = 20;
    private const int PageSize = 20;

    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var invoices = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 100_000;
        var jobs = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 10_000;
        var month = BillingMonth.From(TimeProvider.System.GetUtcNow()).Previous.ToString();
        await using var emulator = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var storage = emulator.NewAccount();
        await using var app = await BillingApp.StartAsync(storage, stripe);
        var tables = new TableServiceClient(storage);
        await StoredMonth.SaveInvoicesAsync(tables, month, invoices);
        await new QueueClient(storage, Queue).CreateIfNotExistsAsync();
        await StoredMonth.SaveFailedJobsAsync(new FailedJobStore(tables, TimeProvider.System), Queue, jobs);

        var raw = await MeasureAsync(() => QueryAsync(tables));
        figures.Note("invoices", invoices);
        figures.Note("failed jobs", jobs);
        figures.Note("rounds", Rounds);
        figures.Add($"one query of {PageSize} rows, p50", raw.Median, "ms");
        string[] pages = ["", $"invoicing?month={month}", $"invoicing?month={month}&status=email_failed", "failed_jobs", "failed_jobs?error=answers", "failed_jobs?id=c-00009", "webhooks", "customers"];
        foreach (var page in pages)
        {
            Add(figures, $"/dashboard/{page}", await MeasureAsync(() => OpenAsync(app, $"/dashboard/{page}")), raw.Median);
        }

        foreach (var thing in new[] { $"explain/invoice/{month}/{StoredMonth.Id(invoices / 2)}", $"explain/mail/{month}/{StoredMonth.Id(invoices / 2)}" })
        {
            Add(figures, $"/api/{thing}", await MeasureAsync(() => app.Http.GetStringAsync($"api/{thing}")), raw.Median);
        }

        var clock = Stopwatch.StartNew();
        using (var proof = await app.Http.GetAsync($"api/proofs/{month}"))
        {
            figures.Add("proof of the month", clock.Elapsed.TotalSeconds, "s");
            figures.Note("status of the proof", (int)proof.StatusCode);
        }

        return await RetryAsync(figures, app, storage, jobs) ? 0 : 1;
    }

    private static void Add(FigureReport figures, string page, (double Median, double Largest) took, double query)
    {
        figures.Add($"{page}, p50", took.Median, "ms", new Yardstick(query, "ms of the query"));
        figures.Add($"{page}, largest", took.Largest, "ms");
    }

    /// <summary>What a browser does: the page, and then all of its parts, six at a time.</summary>
    private static async Task OpenAsync(BillingApp app, string page)
    {
        var html = await app.Http.GetStringAsync(page);
        await Parallel.ForEachAsync(Source().Matches(html), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (match, token) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, WebUtility.HtmlDecode(match.Groups["source"].Value)) { Headers = { { "HX-Request", "true" } } };
            using var answer = await app.Http.SendAsync(request, token);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync(token);
        });
    }

    /// <summary>Retries all failed jobs as the page does, kills host and worker in the middle, and waits for the end.</summary>
    /// <returns>Whether each job is on its queue, and none is left.</returns>
    private static async Task<bool> RetryAsync(FigureReport figures, BillingApp app, string storage, int jobs)
    {
        using var started = await app.Http.PostAsync($"api/failed_jobs/retry?queue={Queue}", null);
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var before = await UntilAsync(app, id, job => Done(job) >= jobs / 3);
        await app.KillAsync();
        await app.StartAsync();
        var clock = Stopwatch.StartNew();
        await UntilAsync(app, id, job => Done(job) > Done(before));
        var wentOn = clock.Elapsed;
        var end = await UntilAsync(app, id, job => job.GetProperty("status").GetString() == "completed");
        var ended = clock.Elapsed;
        var left = (await app.Http.GetFromJsonAsync<JsonElement>("api/failed_jobs?limit=1")).GetProperty("data").GetArrayLength();
        var queued = (await new QueueClient(storage, Queue).GetPropertiesAsync()).Value.ApproximateMessagesCount;
        figures.Add("retry, killed at", Done(before), "jobs", new Yardstick(jobs, "jobs"));
        figures.Add("retry, from the start until it went on", wentOn.TotalSeconds, "s");
        figures.Add("retry, from the start until it ended", ended.TotalSeconds, "s");
        figures.Add("retry, counted as done", Done(end), "jobs");
        figures.Add("retry, on the queue", queued, "messages");
        figures.Add("retry, jobs left on the first page", left, "jobs", Bound.AtMost(0));
        return left == 0 && queued >= jobs;
    }

    private static Task<JsonElement> UntilAsync(BillingApp app, string? id, Func<JsonElement, bool> isIt) =>
        Poll.UntilAsync(() => app.Http.GetFromJsonAsync<JsonElement>($"api/bulk_jobs/{id}"), isIt, TimeSpan.FromMinutes(20));

    private static int Done(JsonElement job) => job.GetProperty("done").GetInt32();

    private static async Task QueryAsync(TableServiceClient tables)
    {
        await foreach (var _ in tables.GetTableClient(MonthlyInvoiceStore.Table).QueryAsync<TableEntity>(maxPerPage: PageSize).AsPages())
        {
            return;
        }
    }

    private static async Task<(double Median, double Largest)> MeasureAsync(Func<Task> work)
    {
        await work();
        var took = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await work();
            took.Add(clock.Elapsed.TotalMilliseconds);
        }

        return (took.Order().ElementAt(Rounds / 2), took.Max());
    }

    [GeneratedRegex("""hx-get="(?<source>/api/[^"]*)" hx-trigger="load""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Source();
}
