using System.Diagnostics;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Reports;

/// <summary>What the processes of a run use of the processors from when this is made: tells which of them a machine is busy with.</summary>
internal sealed class CpuTime
{
    private readonly (string Name, Func<TimeSpan> Used, TimeSpan Before)[] _processes;

    /// <param name="app">Gives the host and the worker.</param>
    /// <param name="emulator">The storage emulator.</param>
    public CpuTime(BillingApp app, StorageEmulator emulator)
    {
        (string Name, Func<TimeSpan> Used)[] processes =
        [
            ("host", () => UsedBy(app.Host.Id)),
            ("worker", () => UsedBy(app.Host.WorkerId!.Value)),
            ("storage emulator", () => UsedBy(emulator.ProcessId)),
            ("senders and simulators", () => Environment.CpuUsage.TotalTime),
        ];
        _processes = [.. processes.Select(process => (process.Name, process.Used, process.Used()))];
    }

    /// <summary>Adds what each process has used for one of the things that were done.</summary>
    /// <param name="figures">Takes the figures.</param>
    /// <param name="count">How many there were.</param>
    /// <param name="one">What one of them is, such as <c>an event</c>.</param>
    public void AddTo(FigureReport figures, int count, string one)
    {
        foreach (var (name, used, before) in _processes)
        {
            figures.Add($"CPU, {name}", (used() - before).TotalMilliseconds / count, $"ms {one}");
        }
    }

    private static TimeSpan UsedBy(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.TotalProcessorTime;
    }
}
