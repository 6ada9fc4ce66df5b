"""What can be asked of the practice server: every method with its parameters, and the objects inside them.

One entry is `name:kind`, with `!` where it must be there. Kinds: integer, string, boolean, chat (a number or @name),
file (a name, an address or an upload), object (any, not looked into), the name of an object below, and lists of these.
Written for Bot API 10.3; a test holds it against aiogram's models, without the parameters those call deprecated.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One parameter of a method, or one field of an object; `kind` as above, with a list's kind in brackets."""

    kind: str
    required: bool = False


Fields = dict[str, Field]


def _fields(written: str) -> Fields:
    pairs = (entry.split(":") for entry in written.split())
    return {name: Field(kind.removesuffix("!"), kind.endswith("!")) for name, kind in pairs}


_SENDING = (
    "chat_id:chat! business_connection_id:string message_thread_id:integer direct_messages_topic_id:integer "
    "disable_notification:boolean protect_content:boolean allow_paid_broadcast:boolean message_effect_id:string "
    "suggested_post_parameters:object reply_parameters:ReplyParameters reply_markup:markup "
    "ephemeral_message_parameters:object "
)
_EDITING = "business_connection_id:string chat_id:chat message_id:integer inline_message_id:string "
_MARKED = "parse_mode:string entities:[MessageEntity] link_preview_options:LinkPreviewOptions "
_MESSAGE = "chat_id:chat! message_id:integer! "
_TOPIC = "chat_id:chat! message_thread_id:integer! "

METHODS: dict[str, Fields] = {
    name: _fields(written)
    for name, written in {
        "getMe": "",
        "getUpdates": "offset:integer limit:integer timeout:integer allowed_updates:[string]",
        "getWebhookInfo": "",
        "deleteWebhook": "drop_pending_updates:boolean",
        "logOut": "",
        "close": "",
        "sendMessage": _SENDING + _MARKED + "text:string!",
        "sendPhoto": _SENDING + "photo:file! caption:string parse_mode:string caption_entities:[MessageEntity] "
        "show_caption_above_media:boolean has_spoiler:boolean",
        "sendChatAction": "chat_id:chat! action:string! business_connection_id:string message_thread_id:integer",
        "editMessageText": _EDITING + _MARKED + "text:string reply_markup:InlineKeyboardMarkup rich_message:object",
        "editMessageReplyMarkup": _EDITING + "reply_markup:InlineKeyboardMarkup",
        "deleteMessage": _MESSAGE,
        "deleteMessages": "chat_id:chat! message_ids:[integer]!",
        "setMessageReaction": _MESSAGE + "reaction:[ReactionType] is_big:boolean",
        "answerCallbackQuery": "callback_query_id:string! text:string show_alert:boolean url:string cache_time:integer",
        "answerInlineQuery": "inline_query_id:string! results:[InlineQueryResult]! cache_time:integer "
        "is_personal:boolean next_offset:string button:InlineQueryResultsButton",
        "setMyCommands": "commands:[BotCommand]! scope:BotCommandScope language_code:string",
        "getMyCommands": "scope:BotCommandScope language_code:string",
        "deleteMyCommands": "scope:BotCommandScope language_code:string",
        "setMyName": "name:string language_code:string",
        "getMyName": "language_code:string",
        "setMyDescription": "description:string language_code:string",
        "getMyDescription": "language_code:string",
        "setMyShortDescription": "short_description:string language_code:string",
        "getMyShortDescription": "language_code:string",
        "getChat": "chat_id:chat!",
        "getChatMember": "chat_id:chat! user_id:integer!",
        "getChatAdministrators": "chat_id:chat! return_bots:boolean",
        "createForumTopic": "chat_id:chat! name:string! icon_color:integer icon_custom_emoji_id:string",
        "editForumTopic": _TOPIC + "name:string icon_custom_emoji_id:string",
        "closeForumTopic": _TOPIC,
        "reopenForumTopic": _TOPIC,
        "deleteForumTopic": _TOPIC,
    }.items()
}

OBJECTS: dict[str, Fields] = {
    name: _fields(written)
    for name, written in {
        "InlineKeyboardMarkup": "inline_keyboard:[[InlineKeyboardButton]]! force_reply:boolean",
        "InlineKeyboardButton": "text:string! icon_custom_emoji_id:string style:string url:string "
        "callback_data:string web_app:object login_url:object switch_inline_query:string "
        "switch_inline_query_current_chat:string switch_inline_query_chosen_chat:object copy_text:CopyTextButton "
        "callback_game:object pay:boolean disabled:object",
        "CopyTextButton": "text:string!",
        "ReplyKeyboardMarkup": "keyboard:[[KeyboardButton]]! is_persistent:boolean resize_keyboard:boolean "
        "one_time_keyboard:boolean input_field_placeholder:string selective:boolean force_reply:boolean",
        "KeyboardButton": "text:string! icon_custom_emoji_id:string style:string request_users:object "
        "request_chat:object request_managed_bot:object request_contact:boolean request_location:boolean "
        "request_poll:object web_app:object",
        "ReplyKeyboardRemove": "remove_keyboard:boolean! selective:boolean",
        "ForceReply": "force_reply:boolean! input_field_placeholder:string selective:boolean",
        "LinkPreviewOptions": "is_disabled:boolean url:string prefer_small_media:boolean prefer_large_media:boolean "
        "show_above_text:boolean",
        "ReplyParameters": "message_id:integer chat_id:chat allow_sending_without_reply:boolean quote:string "
        "quote_parse_mode:string quote_entities:[MessageEntity] quote_position:integer checklist_task_id:integer "
        "poll_option_id:string ephemeral_message_id:integer",
        "MessageEntity": "type:string! offset:integer! length:integer! url:string user:object language:string "
        "custom_emoji_id:string unix_time:integer date_time_format:string",
        "BotCommand": "command:string! description:string! is_ephemeral:boolean",
        "InlineQueryResultArticle": "type:string id:string! title:string! "
        "input_message_content:InputTextMessageContent! reply_markup:InlineKeyboardMarkup url:string "
        "description:string thumbnail_url:string thumbnail_width:integer thumbnail_height:integer",
        "InputTextMessageContent": _MARKED + "message_text:string!",
        "InlineQueryResultsButton": "text:string! web_app:object start_parameter:string",
        "ReactionTypeEmoji": "type:string emoji:string!",
        "ReactionTypeCustomEmoji": "type:string custom_emoji_id:string!",
        "BotCommandScopeDefault": "type:string",
        "BotCommandScopeAllPrivateChats": "type:string",
        "BotCommandScopeAllGroupChats": "type:string",
        "BotCommandScopeAllChatAdministrators": "type:string",
        "BotCommandScopeChat": "type:string chat_id:chat!",
        "BotCommandScopeChatAdministrators": "type:string chat_id:chat!",
        "BotCommandScopeChatMember": "type:string chat_id:chat! user_id:integer!",
    }.items()
}

ONE_OF: dict[str, dict[str, str]] = {
    "InlineQueryResult": {"article": "InlineQueryResultArticle"},
    "ReactionType": {"emoji": "ReactionTypeEmoji", "custom_emoji": "ReactionTypeCustomEmoji"},
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
}
"""Objects whose `type` says which of several they are; other types exist, and practice does not offer them."""

MARKUP: dict[str, str] = {
    "inline_keyboard": "InlineKeyboardMarkup",
    "keyboard": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "force_reply": "ForceReply",
}
"""Which `reply_markup` it is, by the field that each must have."""
