using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Onboarding.Api;

namespace Onboarding.Endpoint.Calls;

/// <summary>
/// Cleans every text of a message that an agent sent, as soon as it is read: what comes after writes it into logs, conditions and Events.
/// Signatures were verified over the bytes before, and bytes stay as they are.
/// </summary>
internal static class CallerText
{
    /// <summary>Cleans a message in place.</summary>
    /// <returns>The same message.</returns>
    public static T Clean<T>(T message)
        where T : IMessage
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap)
            {
                // Labels are names by their own rules, which refuse what isn't.
                continue;
            }

            object? value = field.Accessor.GetValue(message);
            switch (value)
            {
                case string text when ForeignText.Clean(text) is var clean && !ReferenceEquals(clean, text):
                    field.Accessor.SetValue(message, clean);
                    break;
                case IMessage inner:
                    Clean(inner);
                    break;
                case IList list when field.FieldType == FieldType.String:
                    for (int i = 0; i < list.Count; i++)
                    {
                        list[i] = ForeignText.Clean((string)list[i]!);
                    }

                    break;
                case IList list when field.FieldType == FieldType.Message:
                    foreach (IMessage item in list)
                    {
                        Clean(item);
                    }

                    break;
                default:
                    break;
            }
        }

        return message;
    }
}
