namespace Stripe;

/// <summary>A parameter that takes one of several words.</summary>
public abstract class StringEnum
{
    protected StringEnum(string value) => Value = value;

    /// <summary>The word as it is sent.</summary>
    public string Value { get; protected set; }

    public override string ToString() => Value;
}
