namespace BillingFunctions.Simulators.Webhooks;

/// <summary>Holds sendings back until so many later ones have gone. Not thread-safe.</summary>
internal sealed class WebhookHold
{
    private readonly List<(WebhookSending Sending, int Missing)> _held = [];

    public void Add(WebhookSending sending, int overtaking) => _held.Add((sending, overtaking));

    /// <summary>Counts one more that has gone.</summary>
    /// <returns>Those that have been overtaken often enough.</returns>
    public List<WebhookSending> Overtake()
    {
        for (var i = 0; i < _held.Count; i++)
        {
            _held[i] = _held[i] with { Missing = _held[i].Missing - 1 };
        }

        return Take(held => held.Missing <= 0);
    }

    public List<WebhookSending> TakeAll() => Take(_ => true);

    private List<WebhookSending> Take(Func<(WebhookSending Sending, int Missing), bool> which)
    {
        var taken = _held.Where(which).Select(held => held.Sending).ToList();
        _held.RemoveAll(held => which(held));
        return taken;
    }
}

/// <summary>A delivery to be tried.</summary>
/// <param name="Attempt">Which try of this copy it is, from 1.</param>
internal readonly record struct WebhookSending(Delivery Delivery, int Attempt);
