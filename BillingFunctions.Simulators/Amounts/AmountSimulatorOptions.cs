namespace BillingFunctions.Simulators.Amounts;

/// <summary>How an <see cref="AmountSimulator"/> behaves; by default every customer owes something, and nothing goes wrong.</summary>
public sealed record AmountSimulatorOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the amounts begin: the same seed gives the same amount for a customer and month.</summary>
    public ulong Seed { get; init; }

    /// <summary>What customers are billed in, three letters, lower case; each customer has one of them for all months.</summary>
    public IReadOnlyList<string> Currencies { get; init; } = ["usd"];

    /// <summary>The highest amount, in minor units, at least 1.</summary>
    public int MaxAmount { get; init; } = 50_000;

    /// <summary>The share of customers and months with an amount of zero, 0 to 1.</summary>
    public double ZeroRate { get; init; }

    /// <summary>The share with an amount of null.</summary>
    public double NullRate { get; init; }

    /// <summary>The share that is not known: 404.</summary>
    public double MissingRate { get; init; }

    /// <summary>Where the randomness of faults and latency begins.</summary>
    public int FaultSeed { get; init; }

    /// <summary>How many of the latest calls are kept one by one.</summary>
    public int RecordedCalls { get; init; } = 100_000;
}
