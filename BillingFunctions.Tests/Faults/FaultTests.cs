using System.Diagnostics;
using System.Globalization;

namespace BillingFunctions.Tests.Faults;

/// <summary>
/// All jobs at once while calls fail on every way, before and after their effect, and processes are killed. One short round by default; <c>FAULTS_MINUTES</c> has rounds follow each other for so long,
/// each with its own plan. <c>FAULTS_SEED</c> is the seed of the first one. <c>FAULTS_REPORT</c> is a file that gets a line for each round; what the processes of a round with a breach have written goes beside it.
/// </summary>
[Trait("Category", "Faults")]
public sealed class FaultTests(ITestOutputHelper output)
{
    private const int MostTold = 20;

    private static string? ReportFile => Environment.GetEnvironmentVariable("FAULTS_REPORT") is { Length: > 0 } file ? file : null;

    [Fact]
    public async Task EverythingGoesWrong_NothingIsLostDoubledOrOverTheLimit()
    {
        var minutes = Number("FAULTS_MINUTES") ?? 0;
        var seed = Number("FAULTS_SEED") ?? 1;
        var clock = Stopwatch.StartNew();
        var breaches = new List<string>();
        for (var round = 0; round == 0 || clock.Elapsed < TimeSpan.FromMinutes(minutes); round++)
        {
            breaches.AddRange(await PlayAsync(minutes == 0 ? FaultPlan.Short(seed) : FaultPlan.Of(seed, round)));
        }

        Assert.True(breaches.Count == 0, string.Join("\n", breaches));
    }

    private async Task<IReadOnlyList<string>> PlayAsync(FaultPlan plan)
    {
        var clock = Stopwatch.StartNew();
        await using var world = await FaultWorld.StartAsync(plan);
        var round = new FaultRound(world, plan);
        var breaches = await round.PlayAsync();
        Report($"{plan}: {(breaches.Count == 0 ? "all well" : $"{breaches.Count} breaches")} after {clock.Elapsed.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture)} s; {round.Disturbances}; {world.FailedStarts} starts failed");
        foreach (var breach in breaches.Take(MostTold))
        {
            Report($"  {breach}");
        }

        if (breaches.Count > 0 && ReportFile is { } file)
        {
            await File.WriteAllTextAsync($"{file}.{plan.Seed}.log", world.Output, TestContext.Current.CancellationToken);
        }

        return [.. breaches.Select(breach => $"{plan}: {breach}")];
    }

    private void Report(string line)
    {
        output.WriteLine(line);
        if (ReportFile is { } file)
        {
            File.AppendAllText(file, $"{line}\n");
        }
    }

    private static int? Number(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
