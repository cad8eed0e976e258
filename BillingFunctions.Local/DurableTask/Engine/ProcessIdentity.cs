using System.ComponentModel;
using System.Diagnostics;
using BillingFunctions.Local.DurableTask.Store;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>Which process this is; the time of its start tells it from a later one with the same number.</summary>
internal sealed record ProcessIdentity(string Machine, int ProcessId, DateTimeOffset StartedAt)
{
    // The start time is computed from the time since boot and differs a little from one reading to the next.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static ProcessIdentity Current { get; } = Read();

    /// <summary>Whether the owner was a process of this machine that is there no more. Nothing is known of other machines.</summary>
    public bool KnowsDead(OwnerRecord owner) => owner.Machine == Machine && !IsRunning(owner);

    private static ProcessIdentity Read()
    {
        using var process = Process.GetCurrentProcess();
        return new(Environment.MachineName, process.Id, StartOf(process));
    }

    private static DateTimeOffset StartOf(Process process) => new(process.StartTime.ToUniversalTime());

    private static bool IsRunning(OwnerRecord owner)
    {
        try
        {
            using var process = Process.GetProcessById(owner.ProcessId);
            return (StartOf(process) - owner.ProcessStartedAt).Duration() < Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
        catch (Win32Exception)
        {
            // Its start time is not ours to read, so it is there and belongs to somebody else.
            return true;
        }
    }
}
