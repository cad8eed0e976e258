using System.Buffers.Binary;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// One limit as stored in <c>RateLimits</c>: the slots taken under it and how far it is slowed down. Its partition is a digest of what is limited, an API key or an
/// address; its row is named as the limit.
/// </summary>
internal sealed class RateLimitBucket : StoredRow
{
    private const int SlotBytes = sizeof(long) + 1;

    /// <summary>How long no call may be refused before the limit doubles by one step again.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private const int MaxSteps = 4;

    /// <summary>Slots in order of time, 9 bytes each: UTC ticks and lane.</summary>
    public byte[] Slots { get; set; } = [];

    /// <summary>How many times the limit was halved when a call was last refused.</summary>
    public int SlowSteps { get; set; }

    public DateTimeOffset SlowSince { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Refused calls by reason, as JSON.</summary>
    public string? Throttles { get; set; }

    public SlotCalendar Calendar(SharedLimit limit, DateTimeOffset now) => new(Slowed(limit.Limit, now), Read(), now, limit.Pace);

    /// <summary>What was used of the limit in the window that ends now.</summary>
    public RateLimitUse Use(RateLimit limit, DateTimeOffset now) =>
        new(Slowed(limit, now), Read().Where(slot => slot.At > now - limit.Window && slot.At <= now).CountBy(slot => slot.Lane).ToDictionary());

    public void Store(SlotCalendar calendar)
    {
        Slots = new byte[calendar.Taken.Count * SlotBytes];
        for (var index = 0; index < calendar.Taken.Count; index++)
        {
            var target = Slots.AsSpan(index * SlotBytes, SlotBytes);
            BinaryPrimitives.WriteInt64BigEndian(target, calendar.Taken[index].At.UtcTicks);
            target[^1] = calendar.Taken[index].Lane;
        }
    }

    /// <summary>Its write, on the condition that nobody else has changed it since it was read.</summary>
    public TableTransactionAction Change() => ETag == default
        ? new TableTransactionAction(TableTransactionActionType.Add, this)
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, this, ETag);

    /// <summary>Counts a refused call, and halves the limit, once for all that are refused in one burst. It doubles again step by step.</summary>
    public void SlowDown(string reason, DateTimeOffset now)
    {
        var byReason = Throttles is null ? [] : JsonSerializer.Deserialize<Dictionary<string, long>>(Throttles)!;
        byReason[reason] = byReason.GetValueOrDefault(reason) + 1;
        Throttles = JsonSerializer.Serialize(byReason);
        if (now - SlowSince > TimeSpan.FromSeconds(1))
        {
            SlowSteps = Math.Min(StepsAt(now) + 1, MaxSteps);
            SlowSince = now;
        }
    }

    private RateLimit Slowed(RateLimit limit, DateTimeOffset now) =>
        limit with { Permits = Math.Max(1, limit.Permits >> StepsAt(now)) };

    private int StepsAt(DateTimeOffset now) => Math.Max(0, SlowSteps - (int)Math.Min((now - SlowSince) / Recovery, MaxSteps));

    private IEnumerable<Slot> Read()
    {
        for (var offset = 0; offset < Slots.Length; offset += SlotBytes)
        {
            var ticks = BinaryPrimitives.ReadInt64BigEndian(Slots.AsSpan(offset));
            yield return new Slot(new DateTimeOffset(ticks, TimeSpan.Zero), Slots[offset + SlotBytes - 1]);
        }
    }
}
