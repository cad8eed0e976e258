namespace BillingFunctions.Simulators.Stripe.Load;

/// <summary>What differs from event to event.</summary>
internal enum LoadSlot
{
    Event,
    Customer,
    Subscription,
    Item,
    Invoice,
    Line,
    Name,
    Email,
    Created,
    PeriodEnd,
}

/// <summary>The values of the slots.</summary>
internal sealed class LoadSlots
{
    private readonly string[] _values = new string[Enum.GetValues<LoadSlot>().Length];

    public string this[LoadSlot slot]
    {
        get => _values[(int)slot];
        set => _values[(int)slot] = value;
    }
}

/// <summary>A text with slots, written in it as <c>§Customer§</c>.</summary>
internal sealed class LoadTemplate
{
    private const char Mark = '§';

    private readonly string[] _texts;
    private readonly LoadSlot[] _slots;

    public LoadTemplate(string text)
    {
        var pieces = text.Split(Mark);
        _texts = [.. pieces.Where((_, index) => index % 2 == 0)];
        _slots = [.. pieces.Where((_, index) => index % 2 == 1).Select(Enum.Parse<LoadSlot>)];
    }

    public static string Of(LoadSlot slot) => $"{Mark}{slot}{Mark}";

    public string Fill(LoadSlots values)
    {
        var parts = new string[_texts.Length + _slots.Length];
        for (var i = 0; i < _slots.Length; i++)
        {
            (parts[2 * i], parts[(2 * i) + 1]) = (_texts[i], values[_slots[i]]);
        }

        parts[^1] = _texts[^1];
        return string.Concat(parts);
    }
}
