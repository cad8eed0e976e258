using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>The seeded customers under those changed, deleted or made since. Thread-safe.</summary>
internal sealed class CustomerStore(CustomerSeed seed, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, CustomerRecord> _changed = [];
    private readonly List<CustomerRecord> _made = [];
    private readonly Dictionary<string, HashSet<CustomerNumber>> _byEmail = [];
    private int _deleted;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return seed.Count + _made.Count - _deleted;
            }
        }
    }

    /// <summary>The customers made since the start as they are now, deleted ones left out, in the order they were made.</summary>
    public IReadOnlyList<CustomerRecord> Made
    {
        get
        {
            lock (_lock)
            {
                return [.. _made.Where(customer => !customer.Deleted)];
            }
        }
    }

    /// <summary>Finds a customer, a deleted one too.</summary>
    public CustomerRecord? Find(string id)
    {
        lock (_lock)
        {
            return FindLocked(id);
        }
    }

    public CustomerRecord Create(Func<CustomerRecord, CustomerRecord> fill)
    {
        lock (_lock)
        {
            var number = new CustomerNumber(_made.Count, IsSeeded: false);
            var id = number.ToId();

            // A clock set back must not break the order
            var created = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), _made.Count == 0 ? 0 : _made[^1].Created);
            var customer = fill(new CustomerRecord { Number = number, Id = id, Created = created, InvoicePrefix = id[^8..].ToUpperInvariant() });
            _made.Add(customer);
            Index(customer);
            return customer;
        }
    }

    /// <returns>The changed customer, or null when there is none or it is deleted.</returns>
    public CustomerRecord? Update(string id, Func<CustomerRecord, CustomerRecord> change)
    {
        lock (_lock)
        {
            if (FindLocked(id) is not { Deleted: false } before)
            {
                return null;
            }

            var after = change(before);
            if (before.Number.IsSeeded)
            {
                _changed[before.Number.Value] = after;
            }
            else
            {
                _made[before.Number.Value] = after;
            }

            Index(after);
            _deleted += after.Deleted ? 1 : 0;
            return after;
        }
    }

    public bool Delete(string id) => Update(id, customer => customer with { Deleted = true }) is not null;

    /// <param name="cursor">The customer that the query's cursor names.</param>
    public ListPage<CustomerRecord> List(ListQuery query, CustomerRecord? cursor, string? email)
    {
        lock (_lock)
        {
            var slice = CustomerSlice.Of(query, cursor, seed, _made);
            var following = (email, query.Backwards) switch
            {
                (not null, _) => WithEmail(email, slice, query.Backwards),
                (null, true) => OldestFirst(slice),
                (null, false) => NewestFirst(slice),
            };
            return ListPage<CustomerRecord>.Take(following.Where(customer => !customer.Deleted), query);
        }
    }

    private CustomerRecord? FindLocked(string id)
    {
        if (!CustomerNumber.TryParse(id, out var number) || number.Value >= (number.IsSeeded ? seed.Count : _made.Count))
        {
            return null;
        }

        return number.IsSeeded ? Seeded(number.Value) : _made[number.Value];
    }

    private CustomerRecord Seeded(int number) => _changed.TryGetValue(number, out var changed) ? changed : seed.Build(number);

    private IEnumerable<CustomerRecord> NewestFirst(CustomerSlice slice)
    {
        var (seeded, made) = (slice.SeededEnd - 1, slice.MadeEnd - 1);
        while (seeded >= slice.SeededStart || made >= slice.MadeStart)
        {
            var takeMade = made >= slice.MadeStart && (seeded < slice.SeededStart || _made[made].Created >= seed.CreatedAt(seeded));
            yield return takeMade ? _made[made--] : Seeded(seeded--);
        }
    }

    private IEnumerable<CustomerRecord> OldestFirst(CustomerSlice slice)
    {
        var (seeded, made) = (slice.SeededStart, slice.MadeStart);
        while (seeded < slice.SeededEnd || made < slice.MadeEnd)
        {
            var takeSeeded = seeded < slice.SeededEnd && (made >= slice.MadeEnd || seed.CreatedAt(seeded) <= _made[made].Created);
            yield return takeSeeded ? Seeded(seeded++) : _made[made++];
        }
    }

    private IEnumerable<CustomerRecord> WithEmail(string email, CustomerSlice slice, bool oldestFirst)
    {
        var numbers = new HashSet<CustomerNumber>(_byEmail.GetValueOrDefault(email) ?? []);
        if (seed.NumberOf(email) is { } seeded)
        {
            numbers.Add(new CustomerNumber(seeded, IsSeeded: true));
        }

        var found = numbers.Where(slice.Contains)
            .Select(number => number.IsSeeded ? Seeded(number.Value) : _made[number.Value])
            .Where(customer => customer.Email == email)
            .OrderBy(customer => customer.Created).ThenBy(customer => customer.Id, StringComparer.Ordinal);
        return oldestFirst ? found : found.Reverse();
    }

    // Old e-mails stay in the index; whoever reads it looks at the customer again
    private void Index(CustomerRecord customer)
    {
        if (customer.Email is null)
        {
            return;
        }

        if (!_byEmail.TryGetValue(customer.Email, out var numbers))
        {
            _byEmail[customer.Email] = numbers = [];
        }

        numbers.Add(customer.Number);
    }
}
