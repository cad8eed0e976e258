using BillingFunctions.Benchmarks.Connectors;
using BillingFunctions.Benchmarks.CustomerUploads;
using BillingFunctions.Benchmarks.Dashboard;
using BillingFunctions.Benchmarks.Exports;
using BillingFunctions.Benchmarks.LocalHost;
using BillingFunctions.Benchmarks.RateLimiting;
using BillingFunctions.Benchmarks.UsageBilling;
using BillingFunctions.Benchmarks.Webhooks;

// Each benchmark prints what it reached as a ratio to the limit or the raw storage measured in the same run.
return args switch
{
    ["limiter-worker", var storage, var limit, var workers, var seconds] => await LimiterWorker.RunAsync(storage, limit, workers, seconds),
    ["limiter"] => await LimiterBenchmark.RunAsync(),
    ["export", .. var options] => await ExportBenchmark.RunAsync(options),
    ["webhooks", .. var options] => await WebhookBenchmark.RunAsync(options),
    ["webhook-crash", .. var options] => await WebhookCrashBenchmark.RunAsync(options),
    ["usage", .. var options] => await UsageBenchmark.RunAsync(options),
    ["customers", .. var options] => await CustomerSyncBenchmark.RunAsync(options),
    ["forecast"] => ForecastTable.Run(),
    ["ingest", .. var options] => await IngestBenchmark.RunAsync(options),
    ["crash", .. var options] => await CrashBenchmark.RunAsync(options),
    ["dashboard", .. var options] => await DashboardBenchmark.RunAsync(options),
    ["start"] => await StartBenchmark.RunAsync(),
    ["activities", .. var options] => await ActivityBenchmark.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        limiter                          16 workers in 2 processes share 25 calls a second
        export [customers] [latency ms] [calls a second]
                                         an export at its limit; default 100000 100 20
        webhooks [customers] [senders] [stored subscriptions]
                                         four signed events a customer, in order, beside a bare function that answers 200;
                                         default 2500 64 0
        webhook-crash [customers]        four events a customer, every tenth sent twice; in the middle a SIGKILL for the worker, and
                                         in a second run for host and worker: none is lost or applied twice; default 2500
        usage [open items] [items to drain] [calls/seconds] [organizations]
                                         items of usage are accepted beside raw storage, then drained to Stripe at its limit;
                                         default 100000 10000 95/60 20
        customers [count] [share of faults]
                                         customers created by requests reach Stripe and Salesforce once each, with faults and two kills;
                                         changes at Stripe reach Salesforce; Stripe's pace without Salesforce; default 5000 0.1
        forecast                         what the sync of usage would make of loads and limits, without measuring
        ingest [rows]                    a file is checked, ingested and ingested again; default 1000000
        crash [customers] [exports]      as many exports, each with a SIGKILL for host, worker or both at a random moment;
                                         default 20000 10
        dashboard [invoices] [failed jobs]
                                         pages with all that they load; all failed jobs are retried, with a SIGKILL in the middle;
                                         default 100000 10000
        start                            from the start of the host to its first 200, storage running; five times
        activities [count]               so many activities at once; default 1000
        """);
    return 1;
}
