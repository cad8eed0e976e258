using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.LocalHost;

/// <summary>How long the durable engine takes for activities that do nothing.</summary>
internal static class ActivityBenchmark
{
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var count = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_000;
        await using var app = await SampleApp.StartAsync();
        await FanOutAsync(app, 10);
        var clock = Stopwatch.StartNew();
        var done = await FanOutAsync(app, count);
        var took = clock.Elapsed.TotalSeconds;
        figures.Add("done", done, "activities", new Yardstick(count, "activities asked for"));
        figures.Add("time", took, "s");
        figures.Add("rate", count / took, "activities/s");
        return done == count ? 0 : 1;
    }

    /// <returns>How many different answers came back.</returns>
    private static async Task<int> FanOutAsync(SampleApp app, int count)
    {
        using var started = await app.Http.PostAsync($"api/fan_out/{count}", null);
        var payload = await started.Content.ReadFromJsonAsync<JsonElement>();
        var status = payload.EnumerateObject().Single(property => property.Name.Equals("statusQueryGetUri", StringComparison.OrdinalIgnoreCase)).Value.GetString();
        var ended = await Poll.UntilAsync(
            () => app.Http.GetFromJsonAsync<JsonElement>(status),
            run => run.GetProperty("runtimeStatus").GetString() is "Completed",
            timeout: TimeSpan.MaxValue,
            every: TimeSpan.FromMilliseconds(100));
        return ended.GetProperty("output").GetInt32();
    }
}
