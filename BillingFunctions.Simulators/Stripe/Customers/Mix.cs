namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>Random-looking numbers that follow from a seed alone, in any order of asking (SplitMix64).</summary>
internal struct Mix(ulong seed, ulong number)
{
    private ulong _state = Hash(seed, number);

    public static ulong Hash(ulong seed, ulong number) => Scramble(Scramble(seed + 0x9E3779B97F4A7C15) ^ number);

    /// <summary>0 up to, not including, <paramref name="bound"/>.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    public bool Chance(double share) => Next() < share * ulong.MaxValue;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    private ulong Next() => Scramble(_state += 0x9E3779B97F4A7C15);

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
