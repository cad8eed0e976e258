using System.Globalization;

namespace BillingFunctions.Testing.Faults;

/// <summary>The system's clock, ahead or behind by as many seconds as a file says. Timers and measured times are the system's.</summary>
internal sealed class MovedClock(string file) : TimeProvider
{
    /// <summary>The environment variable with the path of the file.</summary>
    public const string Variable = "BILLING_TESTS_CLOCK";

    private static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(200);

    private long _readAt;
    private long _offset;

    /// <summary>Moves the clock of all processes that read this file.</summary>
    public static void Move(string file, TimeSpan offset)
    {
        File.WriteAllText($"{file}.new", offset.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        File.Move($"{file}.new", file, overwrite: true);
    }

    public override DateTimeOffset GetUtcNow()
    {
        if (_readAt == 0 || System.GetElapsedTime(Volatile.Read(ref _readAt)) > ReadEvery)
        {
            Volatile.Write(ref _readAt, System.GetTimestamp());
            Volatile.Write(ref _offset, Read());
        }

        return System.GetUtcNow().AddTicks(Volatile.Read(ref _offset));
    }

    private long Read() => File.Exists(file) ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)).Ticks : 0;
}
