namespace BillingFunctions.Simulators;

/// <summary>Numbers in digits, capital and small letters, which sort like the numbers.</summary>
internal static class Base62
{
    public const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>Fills the target; what does not fit is cut off in front.</summary>
    public static void Write(Span<char> target, ulong value)
    {
        for (var i = target.Length - 1; i >= 0; i--)
        {
            (value, var digit) = Math.DivRem(value, (ulong)Digits.Length);
            target[i] = Digits[(int)digit];
        }
    }
}
