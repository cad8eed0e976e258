using System.Buffers.Binary;
using System.Runtime.Serialization;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>One limit as stored in <c>RateLimits</c>: the slots taken under it and how far Stripe has made us slow down.</summary>
internal sealed class RateLimitBucket : ITableEntity
{
    private const int SlotBytes = sizeof(long) + 1;

    /// <summary>How long Stripe must not turn us away before we speed up by one step again.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);

    private const int MaxSteps = 4;

    /// <summary>Calls to one endpoint come evenly.</summary>
    private const double EndpointPace = 0.9;

    /// <summary>Those of the account may be closer together, or the calls to one endpoint would leave no room for another's between them.</summary>
    private const double AccountPace = 0.5;

    /// <summary>The Stripe account.</summary>
    public string PartitionKey { get; set; } = "";

    /// <summary>The name of the limit: <c>account</c> or <c>endpoint-…</c>.</summary>
    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    /// <summary>Slots in order of time, 9 bytes each: UTC ticks and lane.</summary>
    public byte[] Slots { get; set; } = [];

    /// <summary>How many times the limit was halved when Stripe last turned us away.</summary>
    public int SlowSteps { get; set; }

    public DateTimeOffset SlowSince { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>Answers 429 by <c>Stripe-Rate-Limited-Reason</c>, as JSON.</summary>
    public string? Throttles { get; set; }

    /// <summary>Whether the table has it.</summary>
    [IgnoreDataMember]
    public bool IsStored => ETag != default;

    private bool IsAccount => RowKey == RateLimitStore.AccountBucket;

    public SlotCalendar Calendar(RateLimit limit, DateTimeOffset now) => new(Slowed(limit, now), Read(), now, IsAccount ? AccountPace : EndpointPace);

    public void Store(SlotCalendar calendar)
    {
        Slots = new byte[calendar.Taken.Count * SlotBytes];
        for (var index = 0; index < calendar.Taken.Count; index++)
        {
            var target = Slots.AsSpan(index * SlotBytes, SlotBytes);
            BinaryPrimitives.WriteInt64BigEndian(target, calendar.Taken[index].At.UtcTicks);
            target[^1] = (byte)calendar.Taken[index].Lane;
        }
    }

    /// <summary>Halves the limit, once for all answers 429 of one burst. It doubles again step by step.</summary>
    public void SlowDown(DateTimeOffset now)
    {
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
            yield return new Slot(new DateTimeOffset(ticks, TimeSpan.Zero), (StripeLane)Slots[offset + SlotBytes - 1]);
        }
    }
}
